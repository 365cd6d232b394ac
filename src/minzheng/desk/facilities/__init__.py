"""The desk's pages for houses: the list, one house with its beds and people, and what may be done there."""
