"""Papers: found by their own words, looked at in place, printed many at once; and messages that did not arrive."""
