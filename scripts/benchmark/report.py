"""Shows figures: as a table, as JSON, and between the marks of the documents."""

import json
import os
import re

from chart import chart
from running import ROOT
from wording import bound, ratio

DOCUMENT = os.path.join(ROOT, "docs", "benchmarks.md")
README = os.path.join(ROOT, "README.md")
# The rows that the README shows, beside all that miss their goals.
SUMMARY = ("get", "put_postgres")
FOLDER = os.path.dirname(os.path.abspath(__file__))
HEADER = ["| what | here | beside it | ratio | goal | |", "|---|---|---|---|---|---|"]


def line(row, figure):
    cells = [row.what, "", row.peer or "", "", bound(row), ""]
    if figure is None:
        cells[1] = "not measured"
    else:
        cells[1] = row.unit.text(figure["here"])
        if row.peer:
            cells[2] = f"{row.unit.text(figure['peer'])} {row.peer}"
            cells[3] = ratio(figure["ratio"])
        if row.goal:
            cells[5] = "met" if figure["met"] else "**missed**"
    return "| " + " | ".join(cells) + " |"


def measured(groups, figures):
    """The groups and rows of which there are figures."""
    chosen = (group._replace(rows=[row for row in group.rows if figures.of(row)]) for group in groups)
    return [group for group in chosen if group.rows]


def table(groups, figures, facts):
    """One table in Markdown; the titles of the groups stand in rows of their own."""
    lines = list(HEADER)
    for group in groups:
        lines.append(f"| **{group.title.format(**facts)}** | | | | | |")
        lines += [line(row, figures.of(row)) for row in group.rows]
    return "\n".join(lines)


def document(groups, figures, facts):
    """Everything, for machines."""
    rows = []
    for group in groups:
        for row in group.rows:
            goal = {"sign": row.goal.sign, "bound": row.goal.bound} if row.goal else None
            rows.append({"key": row.key, "group": group.title.format(**facts), "what": row.what, "peer": row.peer,
                         "goal": goal, "figure": figures.of(row)})
    return {"facts": facts, "rows": rows}


def conditions(facts):
    """One sentence about what the figures are from."""
    peers = ", ".join(facts["versions"])
    return (f"Medians of {facts['rounds']} rounds, loads of {facts['seconds']} s, on {facts['processors']} cores of "
            f"{facts['processor']}, {facts['date']}" + (f"; {peers}." if peers else "."))


def publish(part, groups, figures, facts):
    """Puts the table between the part's marks in its document, and the picture and the JSON beside this file."""
    insert(DOCUMENT, part, f"{conditions(facts)}\n\n{table(groups, figures, facts)}")
    if part == "service":
        insert(README, "summary", f"{conditions(facts)}\n\n{summary(groups, figures)}")
    write(os.path.join(FOLDER, f"figures-{part}.svg"), chart(groups, figures, facts))
    write_json(os.path.join(FOLDER, f"figures-{part}.json"), groups, figures, facts)


def summary(groups, figures):
    """A short table: the rows of SUMMARY, and each row that misses its goal."""
    rows = [row for group in groups for row in group.rows]
    chosen = [row for row in rows if row.key in SUMMARY or row.goal and not (figures.of(row) or {}).get("met")]
    return "\n".join(HEADER + [line(row, figures.of(row)) for row in chosen])


def insert(path, part, content):
    """Replaces what is between the part's marks."""
    with open(path) as file:
        text = file.read()
    marks = f"<!-- figures of {part}: written by scripts/bench --publish -->", f"<!-- end of figures of {part} -->"
    content = f"{marks[0]}\n{content}\n{marks[1]}"
    changed, count = re.subn(re.escape(marks[0]) + ".*?" + re.escape(marks[1]), lambda _: content, text, flags=re.DOTALL)
    if count != 1:
        raise SystemExit(f"{os.path.relpath(path, ROOT)} has no marks for the figures of {part}")
    write(path, changed)


def write_json(path, groups, figures, facts):
    write(path, json.dumps(document(groups, figures, facts), indent=1, ensure_ascii=False) + "\n")


def write(path, content):
    with open(path, "w") as file:
        file.write(content)
