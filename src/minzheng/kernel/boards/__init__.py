"""What a board shows besides the declared indicators: counted for every place and month, kept, and read at once.

counting.rebuild(months=..., by=...)      # from the registers, set by set, at every level down to the township
queries.figures(("22/2201/", ...), months, by=director)
"""
