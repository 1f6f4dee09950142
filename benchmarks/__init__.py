"""Kizuna beside the servers a team would take instead: ``python -m benchmarks``."""
