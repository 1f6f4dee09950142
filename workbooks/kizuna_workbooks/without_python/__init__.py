"""The workbook for PCs without Python: its VBA asks the server, which runs the add-in (docs/no-python.md)."""
