"""The folder that LibreOffice puts on its Python's path."""
