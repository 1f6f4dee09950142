"""Running a shop's server: initialise, demo data, backup."""
