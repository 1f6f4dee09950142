"""Address labels: who gets one, how it is laid out, and the PDF and the picture of it."""
