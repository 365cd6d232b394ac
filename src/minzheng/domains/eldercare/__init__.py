"""Elder-care services (养老服务): assessments, institutions, community care."""
