"""Decides which carer makes which visit, and when.

Plain data in, plain data out. Nothing here knows of the web, a database, files, the clock or geography.
"""
