"""Set-up, configuration, commands and the work in the background."""
