"""The add-in on a PC: put in its place, taken away, and examined."""
