"""Django's SQLite backend, with turns: see `base`."""
