"""The use cases, one module each: plain functions that the command line, the HTTP interface and the jobs call."""
