"""Files of an agreed shape in and out (金民工程): read, staged row by row, taken in or back, sent as changes."""
