"""The database: the engine, the tables by aggregate with their queries beside them, and the migrations."""
