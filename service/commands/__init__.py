"""What each command does, one module a family; `service.cli` reads the words and calls them.

A command is thin: it builds the world, calls one function of the flow, and says what came of it.
"""
