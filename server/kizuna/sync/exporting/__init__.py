"""A table as a file for people, that imported again changes nothing."""
