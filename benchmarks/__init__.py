"""Measurements against rivals and public instances: each module prints one JSON object per instance."""
