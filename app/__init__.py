"""Everything that touches the outside: people, files, the database and the web."""
