"""The domain of the plan that watches itself."""
