"""Worksheet functions: catalogue and evaluation."""
