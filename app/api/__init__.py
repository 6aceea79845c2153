"""The HTTP interface: one router per resource. An endpoint parses, authorises, calls one use case, maps the result."""
