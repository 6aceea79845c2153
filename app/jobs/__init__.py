"""Carrying out queued optimisations: the port, an adapter for one service, and the child process that does the work."""
