"""A plan watched: figures given under evidence, projects, problems, opinions, adjustments, evaluations, and where each
target stands."""
