"""The one door at the desk: hearing somebody at the window, the receipt, and what became of its parts."""
