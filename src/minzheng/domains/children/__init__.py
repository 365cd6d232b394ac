"""Children (儿童福利、未成年人保护): adoption and the protection hotline; so far their law and worked cases."""
