"""Reading people's CSV and Excel files."""
