"""Desk: work out of doors on a telephone without network; one page kept there, what it fetches and sends."""
