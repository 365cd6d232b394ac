"""Houses that an office looks after: declared, filed, with places in them and the people who stay there."""
