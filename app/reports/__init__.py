"""Turns plans into figures, tables, charts and maps. Nothing here searches, and nothing here knows of HTTP."""
