"""What stops a step of elder care, and what an officer should look at twice."""
