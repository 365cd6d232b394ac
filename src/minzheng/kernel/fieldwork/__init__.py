"""Work out of doors without network: what is taken along on a telephone, and how it is handed in afterwards."""
