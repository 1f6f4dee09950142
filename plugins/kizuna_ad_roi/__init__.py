"""What an ad costs and what it brings."""
