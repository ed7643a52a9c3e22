"""Says which topics are whose: a hub publishes only below its own `up/` and `state`, and hears only its own `down/`."""

PREFIX = "stepguard/v1"
_SHARED = "$share/"


def own_leaf(hub: str, topic: str) -> str | None:
    """Return `up/...` or `state` when the topic is one this hub may publish to, else None."""
    own = f"{PREFIX}/{hub}/"
    if not topic.startswith(own):
        return None
    leaf = topic[len(own) :]
    return leaf if leaf == "state" or (leaf.startswith("up/") and len(leaf) > len("up/")) else None


def hub_and_leaf(topic: str) -> tuple[str, str] | None:
    """Return whose topic it is and `up/...` or `state`; None for any other topic."""
    hub = topic.removeprefix(f"{PREFIX}/").partition("/")[0]
    leaf = own_leaf(hub, topic)
    return None if not hub or leaf is None else (hub, leaf)


def down_topic(hub: str, leaf: str) -> str:
    """Return the topic on which a hub hears us."""
    return f"{PREFIX}/{hub}/down/{leaf}"


def is_own_down(hub: str, topic_filter: str) -> bool:
    """Return whether a filter can match nothing but this hub's own `down/`."""
    return topic_filter.startswith(f"{PREFIX}/{hub}/down/") and is_filter(topic_filter)


def is_shared(topic_filter: str) -> bool:
    """Return whether a filter asks for a shared subscription."""
    return topic_filter.startswith(_SHARED)


def is_filter(topic_filter: str) -> bool:
    """Return whether wildcards stand where they may: each a whole level, `#` only the last."""
    levels = topic_filter.split("/")
    return bool(topic_filter) and all(
        (level == "+" or "+" not in level) and ("#" not in level or (level == "#" and at == len(levels) - 1))
        for at, level in enumerate(levels)
    )


def matches(topic_filter: str, topic: str) -> bool:
    """Return whether a topic is among those a filter names."""
    wanted, given = topic_filter.split("/"), topic.split("/")
    for at, level in enumerate(wanted):
        if level == "#":
            return True
        if at >= len(given) or level not in {"+", given[at]}:
            return False
    return len(wanted) == len(given)
