"""The words of the house as types: interval, week, household, chores, check-in, plan, entries.

Standard library only; no clock, no network, no database.
"""
