"""The plugin's own branch of the database's migrations."""
