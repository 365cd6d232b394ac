"""Messages and letters to people, kept with their proof of delivery."""
