"""Whether the platform stands, what it does and how long it takes: for whoever watches over it, without a name."""
