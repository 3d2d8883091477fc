"""A first list of chores for `init`: what most homes have, shared out evenly, to be edited in the file."""

from __future__ import annotations

# who of the two, name, minutes, cadence, window, thinking weight, in a small week, one more line if needed
_ANY_HOME = (
    (0, "Dinner", 45, "daily", "17:00-19:30", 1, "shrink", 'mode = "alternating"'),
    (1, "Kitchen after dinner", 20, "daily", "19:00-21:30", 0, "shrink", 'mode = "alternating"'),
    (0, "Laundry", 45, "3/week", "Mon-Fri 16:00-21:00, Sat-Sun 09:00-19:00", 1, "shrink", "min_gap_days = 1"),
    (1, "The big shop", 75, "weekly", "Fri 15:00-20:00, Sat 08:00-18:00", 1, "shrink", 'at_home = "out"'),
    (1, "Food plan and list", 20, "weekly", "Thu-Fri 08:00-21:30", 3, "shrink", 'at_home = "either"'),
    (1, "Bins", 10, "weekly", "Wed 17:00-21:30", 1, "never", ""),
    (0, "Bathroom", 30, "weekly", "Mon-Fri 17:00-21:00, Sat-Sun 09:00-18:00", 0, "drop", ""),
    (1, "Vacuum", 30, "weekly", "Mon-Fri 16:00-19:00, Sat-Sun 09:00-18:00", 0, "drop", "noisy = true"),
    (0, "Change the beds", 25, "every 2 weeks", "Sat-Sun 09:00-19:00", 0, "drop", ""),
    (1, "Bills and post", 30, "weekly", "Mon-Sun 09:00-21:30", 2, "drop", ""),
)
_WITH_A_CHILD = (
    (1, "Morning with the child", 30, "daily", "06:30-08:30", 0, "never", 'mode = "alternating"'),
    (0, "Bath and bed", 45, "daily", "18:00-20:30", 1, "never", 'mode = "alternating"'),
    (0, "Nappies, wipes, medicine", 10, "weekly", "Mon-Sun 09:00-21:30", 2, "never", 'at_home = "either"'),
)


def first_chores(partners: tuple[str, str], *, with_child: bool) -> list[str]:
    """Lines of config.toml: how to go on, then one `[[chore]]` section each. `partners` are their ids."""
    lines = ["", "# Change, add and delete before the first start: this list is read once."]
    for who, name, minutes, cadence, window, thinking, shed, more in (
        *_ANY_HOME,
        *(_WITH_A_CHILD if with_child else ()),
    ):
        lines += [
            "[[chore]]",
            f'id = "{name.lower().replace(",", "").replace(" ", "-")}"',
            f'name = "{name}"',
            f'owner = "{partners[who]}"',
            f"effort_minutes = {minutes}",
            f'cadence = "{cadence}"',
            f'window = "{window}"',
            f"thinking_weight = {thinking}",
            f'shed = "{shed}"',
            *filter(None, [more]),
            "",
        ]
    return lines[:-1]
