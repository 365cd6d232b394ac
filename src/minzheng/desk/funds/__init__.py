"""The desk's pages for township reserve funds and for services a county buys."""
