"""What the extension's services are made of; LibreOffice puts this folder on its Python's path."""
