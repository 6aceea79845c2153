"""Places, roads and ferries: everything about where things are and how long it takes to get there.

Nothing here knows of the solver, the web or a database.
"""
