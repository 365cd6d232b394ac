"""Elder-care services (养老服务): assessments, institutions, community care; so far its law and worked cases."""
