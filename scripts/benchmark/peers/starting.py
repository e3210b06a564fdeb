"""Starts those that the project is compared with, as far as they are here."""

from running import say


def start(peer, versions, *arguments):
    """A started peer, whose version is noted; `None` if its programs are not here."""
    if not peer.available():
        say(f"{peer.__name__} is not here, so it is not measured")
        return None
    say(f"starting {peer.__name__} …")
    started = peer(*arguments)
    if started.version() not in versions:
        versions.append(started.version())
    return started
