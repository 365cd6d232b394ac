"""What people say of the service, at the desk: bad ratings to be answered, the opinion box, the rates of a month."""
