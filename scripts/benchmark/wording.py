"""How goals and ratios are worded, the same in tables and charts."""


def bound(row):
    """The goal of a row."""
    if not row.goal:
        return ""
    if not row.peer:
        return f"{row.goal.sign} {row.unit.bound(row.goal.bound)}"
    # A third is no number to be rounded.
    return f"{row.goal.sign} {'1/3' if row.goal.bound == 1 / 3 else format(row.goal.bound, 'g')} ×"


def ratio(value):
    return f"{value:.2f} ×" if value < 10 else f"{value:.1f} ×"
