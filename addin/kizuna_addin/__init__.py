"""The add-in: owns the sheet, knows the server only through HTTP."""
