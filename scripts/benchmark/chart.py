"""A bar chart in SVG: how many times each goal is reached. Goals are all at one line, so the eye can compare them."""

import html

from wording import bound, ratio

LABELS, BARS, VALUES = 240, 360, 210
ROW, TITLE, HEAD, FOOT = 22, 30, 40, 24
# Where bars end that reach more of the goal than the picture has room for.
MOST = 3
GOAL = LABELS + BARS // MOST

STYLE = """
text { font: 12px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2328; }
.title { font-weight: 600; }
.quiet { fill: #59636e; }
.met { fill: #2da44e; } .missed { fill: #d1442f; }
.goal { stroke: #1f2328; stroke-width: 1.5; stroke-dasharray: 4 3; }
@media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .quiet { fill: #9198a1; }
    .met { fill: #3fb950; } .missed { fill: #f0624d; } .goal { stroke: #e6edf3; }
}
"""


def text(x, y, content, css="", anchor="start"):
    return f'<text x="{x}" y="{y}" class="{css}" text-anchor="{anchor}">{html.escape(content)}</text>'


def verdict(row, figure):
    """What stands behind a bar."""
    measured = ratio(figure["ratio"]) if row.peer else row.unit.text(figure["here"])
    return f"{measured} (goal {bound(row)})"


def bar(row, figure, y):
    times = figure["times_reached"]
    css = "met" if figure["met"] else "missed"
    length = max(2, min(times, MOST) * BARS / MOST)
    parts = [text(LABELS - 10, y + 15, row.label, anchor="end"),
             f'<rect x="{LABELS}" y="{y + 4}" width="{length:.1f}" height="14" rx="2" class="{css}"/>']
    if times > MOST:
        parts.append(text(LABELS + BARS - 6, y + 15, "»", anchor="end"))
    return parts + [text(LABELS + BARS + 10, y + 15, verdict(row, figure), "quiet")]


def chart(groups, figures, facts):
    """The chart of all rows that have a goal and were measured."""
    parts, y = [], HEAD
    for group in groups:
        bars = [(row, figure) for row in group.rows if row.goal and (figure := figures.of(row))]
        if not bars:
            continue
        parts.append(text(LABELS, y + 20, group.title.format(**facts), "title"))
        y += TITLE
        top = y
        for row, figure in bars:
            parts += bar(row, figure, y)
            y += ROW
        parts.append(f'<line x1="{GOAL}" y1="{top}" x2="{GOAL}" y2="{y}" class="goal"/>')
    width, height = LABELS + BARS + VALUES, y + FOOT
    head = [text(GOAL, 20, "goal", anchor="middle"), text(GOAL + 30, 20, "longer is better", "quiet"),
            f'<line x1="{GOAL}" y1="26" x2="{GOAL}" y2="{HEAD + 4}" class="goal"/>']
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}" role="img" aria-label="How far each goal is reached">\n<style>{STYLE}</style>\n'
            + "\n".join(parts + head) + "\n</svg>\n")
