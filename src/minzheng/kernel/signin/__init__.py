"""How somebody proves who they are: passwords, one-time codes, the unified sign-in, keys of other systems."""
