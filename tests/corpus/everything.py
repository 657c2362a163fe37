"""The whole corpus, and a dozen files of it for tests that take longer with each."""

from __future__ import annotations

from typing import Final

from tests.corpus import dialects, dirty, encodings, formats, hostile, shapes
from tests.corpus.case import Case

CASES: Final[tuple[Case, ...]] = tuple(case for module in (encodings, dialects, formats, shapes, dirty, hostile) for case in module.cases())
_BY_ID: Final = {case.id: case for case in CASES}
#: Good, dirty and hostile, over formats, encodings and tasks.
DOZEN: Final[tuple[Case, ...]] = tuple(
    _BY_ID[id]
    for id in (
        "zh in gbk",
        "utf-8 with lines of gb18030",
        "four garbled lines among good ones",
        "utf-8 cut inside the last label",
        "a title above",
        "one quote that never closes",
        "XLSX with several sheets",
        "CoNLL with two columns",
        "chat: sharegpt",
        "texts with two labels",
        "labels of HTML",
        "a web page saved as .csv",
        "a gzip bomb",
    )
)
