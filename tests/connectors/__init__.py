"""Connectors, against real servers where one can be had."""
