"""Builds the template workbooks."""
