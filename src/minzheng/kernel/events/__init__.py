"""Life events (生活事件): one event however many report it; carried out by every domain, or withdrawn."""
