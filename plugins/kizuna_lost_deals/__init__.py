"""Why deals are lost."""
