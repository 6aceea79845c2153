"""Breaks the checker and the lowerings on purpose, one small change at a time, and names the test that notices."""
