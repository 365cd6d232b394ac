"""Public notices (公示) of what registers decide: posted, objected to, answered, and only then final."""
