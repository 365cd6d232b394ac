"""Opening a masked field for a reason, releasing full lists, and the page of whoever watches both."""
