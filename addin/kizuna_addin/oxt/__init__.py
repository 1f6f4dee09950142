"""The extension for LibreOffice Calc: the ribbon's verbs as a menu, and the catalogue's functions in cells."""
