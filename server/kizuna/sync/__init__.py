"""Use cases of synchronisation: push, pull, history, undo."""
