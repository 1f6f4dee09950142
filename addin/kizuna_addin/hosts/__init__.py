"""The spreadsheet programs the add-in runs in, each an xlwings engine."""
