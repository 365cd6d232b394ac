"""One encrypted file holds the whole office: the database at one moment and every paper it names."""
