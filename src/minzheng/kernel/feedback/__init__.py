"""What people say of the service they got (好差评, 意见箱), who answers them, and by when."""
