"""Measurements against a peer or a limit, one command each."""
