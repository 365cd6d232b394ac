"""Published values the office edits: dated parameters by place, and the working-day calendar."""
