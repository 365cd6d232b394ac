"""Papers: uploads checked and hashed, letters set by typst, each verifiable by its hash."""
