"""Made-up people for a real map: clients, visits, providers, carers and a rota as made by hand, from published figures.

Nobody here exists. `area.generate` is the way in; every figure is a documented field of `parameters`.
"""
