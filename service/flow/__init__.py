"""The five steps of a week, in order: read calendars, ask, plan, write, tell.

`week.tick` runs whatever is due for one household. Flow knows protocols only (`service.ports`); it
never opens a socket or a database itself, and no transaction is open while it talks to a calendar.
"""
