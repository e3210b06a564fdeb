"""What was measured: the values of all rounds, their medians, and the medians of the rounds' ratios."""

import statistics


class Figures:
    def __init__(self):
        self.rounds = {}

    def add(self, key, here, peer=None):
        """Notes a round's value, and the peer's of the same round."""
        self.rounds.setdefault(key, []).append((here, peer))

    def of(self, row):
        """The row as it can be shown and stored; `None` if nothing was measured."""
        rounds = self.rounds.get(row.key)
        if not rounds:
            return None
        figure = {"here": statistics.median(here for here, _ in rounds), "rounds": [here for here, _ in rounds]}
        if row.peer:
            figure["peer"] = statistics.median(peer for _, peer in rounds)
            figure["peer_rounds"] = [peer for _, peer in rounds]
            figure["ratio"] = statistics.median(here / peer for here, peer in rounds)
        if row.goal:
            judged = figure["ratio"] if row.peer else figure["here"]
            figure["met"] = row.goal.is_met(judged)
            figure["times_reached"] = row.goal.times_reached(judged)
        return figure
