"""The month's payments of all schemes in a place: reckoned anew, compared, drafted county by county, resumable."""
