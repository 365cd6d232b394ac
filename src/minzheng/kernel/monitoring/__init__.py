"""Dynamic monitoring (动态监测): households are warned of by a monthly comparison, visited, and helped in one chain."""
