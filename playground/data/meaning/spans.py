"""Places of entities in a text, in the shapes that annotation tools and data sets write them.

Known are records of start, end and label under their many names (doccano, Label Studio, Prodigy), triples (spaCy), an object with such a
list inside, and CLUENER's ``{"label": {"mention": [[first, last]]}}``, where the last character is included.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

#: Start and end (one past the last) in characters, the label, and the text it is said to cover, if it says.
Span: TypeAlias = tuple[int, int, str, str | None]

_STARTS: Final = ("start", "start_offset", "begin", "start_char")
_ENDS: Final = ("end", "end_offset", "stop", "end_char")
_LABELS: Final = ("label", "labels", "entity_group", "entity", "type", "tag")
_COVERED: Final = ("text", "word", "value", "mention")


def spans_in(value: Any) -> list[Span] | None:
    """The spans of a parsed cell; None if it holds none, or one that cannot be read. An empty list or object has none and is fine."""
    if isinstance(value, Mapping):
        if value and all(isinstance(mentions, Mapping) for mentions in value.values()):
            return _by_mention(value)
        lists = [item for item in value.values() if isinstance(item, list)]
        if not value or len(lists) != 1:
            return None if value else []
        value = lists[0]
    if not isinstance(value, list):
        return None
    found = [_span(item) for item in value]
    return [span for span in found if span is not None] if None not in found else None


def _span(item: Any) -> Span | None:
    if isinstance(item, Mapping) and isinstance(item.get("value"), Mapping):
        item = item["value"]
    if isinstance(item, Mapping):
        start, end, label, covered = (_first(item, names) for names in (_STARTS, _ENDS, _LABELS, _COVERED))
    elif isinstance(item, list) and len(item) == 3:
        start, end, label, covered = *item, None
    else:
        return None
    if isinstance(label, list) and len(label) == 1:
        label = label[0]
    if not isinstance(label, str) or not _whole(start) or not _whole(end):
        return None
    return int(start), int(end), label.strip(), covered if isinstance(covered, str) else None


def _by_mention(value: Mapping[str, Mapping[str, Any]]) -> list[Span] | None:
    found: list[Span] = []
    for label, mentions in value.items():
        for mention, places in mentions.items():
            if not isinstance(places, list) or not all(_is_pair(place) for place in places):
                return None
            # The mention itself tells whether its last character is counted in.
            found += [(int(first), int(last) + (int(last) - int(first) < len(mention)), str(label), str(mention)) for first, last in places]
    return found


def _is_pair(place: Any) -> bool:
    return isinstance(place, list) and len(place) == 2 and all(map(_whole, place))


def _first(item: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((item[name] for name in names if name in item), None)


def _whole(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"-?\d{1,9}", value) is not None
