"""Paper: Japanese fonts to embed, and tables as PDF."""
