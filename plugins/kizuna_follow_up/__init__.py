"""Whom to call, write to or visit, and when."""
