"""CoNLL files: one token a line with its tag, a blank line after every sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from playground.data.formats.columns import Columns, check_size, chunked, strings
from playground.data.limits import Limits
from playground.data.meaning.cells import list_cell
from playground.data.types import Finding
from playground.errors import DatasetError

_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_TAG: Final = re.compile(r"[Oo]|[BIESLUMbieslum][-_]\S+")
_OUTSIDE: Final = frozenset({"O", "o"})
_SUFFIXES: Final = (".conll", ".bio", ".iob", ".iob2", ".iobes", ".bioes", ".bmes", ".ner")
_DOCUMENT: Final = "-DOCSTART-"
_SENTENCE_ENDS: Final = frozenset({".", "!", "?", "。", "！", "？", "…", "；"})
_SAMPLE_LINES: Final = 2000
_FEWEST_COLUMNS: Final = 2
_MOST_COLUMNS: Final = 5
#: Share of the lines that must have the shape.
_SHARE: Final = 0.95
#: A column that says "outside" nearly everywhere is a second layer of tags.
_OUTSIDE_SHARE: Final = 0.99
#: Without blank lines, a sentence that does not end by itself is ended after this many tokens.
_LONGEST_GUESS: Final = 150


@dataclass(frozen=True, slots=True)
class Shape:
    """How the lines of a file are built."""

    #: "\\t", or None for any run of blanks.
    separator: str | None
    columns: int
    token: int
    tag: int

    def cells(self, line: str) -> list[str] | None:
        """The cells of a line; None if it is built differently."""
        cells = [cell.strip() for cell in line.rstrip().split(self.separator)]
        return cells if len(cells) == self.columns else None


def conll_shape(text: str, name: str) -> Shape | None:
    """How the file is built; None if it is no CoNLL."""
    lines = _LINE_END.split(text[:400_000])[: _SAMPLE_LINES * 2]
    sample = [line for line in lines if line.strip() and not line.startswith(("# ", _DOCUMENT))][:_SAMPLE_LINES]
    if len(sample) < 2:
        return None
    named = name.lower().endswith(_SUFFIXES)
    for separator in ("\t", None):
        rows = [[cell.strip() for cell in line.rstrip().split(separator)] for line in sample]
        width = max(set(map(len, rows)), key=[len(row) for row in rows].count)
        rows = [row for row in rows if len(row) == width]
        if not _FEWEST_COLUMNS <= width <= _MOST_COLUMNS or len(rows) < _SHARE * len(sample):
            continue
        tags = [place for place in range(1, width) if _share_of_tags(rows, place) >= _SHARE]
        if not tags and named and "" in (line.strip() for line in lines):
            tags = [width - 1]  # parts of speech, or whatever else the tags may be
        if not tags or any(" " in row[0] for row in rows):
            continue
        telling = [place for place in tags if sum(row[place] in _OUTSIDE for row in rows) < _OUTSIDE_SHARE * len(rows)]
        numbered = width > _FEWEST_COLUMNS and all(row[0].isdigit() for row in rows) and tags[0] > 1
        return Shape(separator, width, int(numbered), (telling or tags)[-1])
    return None


def _share_of_tags(rows: Sequence[Sequence[str]], place: int) -> float:
    """Share of the lines with a tag there; 0 if not even one begins an entity or stands outside of one."""
    column = [row[place] for row in rows]
    known = any(cell in _OUTSIDE or cell.startswith(("B", "S", "U", "b", "s", "u")) for cell in column)
    return sum(_TAG.fullmatch(cell) is not None for cell in column) / len(column) if known else 0.0


def read_conll(text: str, shape: Shape, name: str, limits: Limits) -> Columns:
    """Sentences: their tokens and their tags as JSON lists, and what other columns say of the tokens likewise.

    :raises DatasetError: "no_rows" or "too_many_rows".
    """
    sentences, odd = _sentences(text, shape)
    findings = []
    if odd:
        shown = ", ".join(map(str, odd[:5])) + (" …" if len(odd) > 5 else "")
        findings.append(Finding("conll_lines_odd", "warning", {"count": len(odd), "columns": shape.columns, "lines": shown}))
    if len(sentences) == 1 and len(sentences[0]) > _LONGEST_GUESS:
        sentences = _guessed(sentences[0], shape)
        findings.append(Finding("conll_sentences_guessed", "warning", {"sentences": len(sentences)}))
    if not sentences:
        raise DatasetError("no_rows", name=name)
    check_size(len(sentences), shape.columns, name, limits)
    others = [place for place in range(shape.columns) if place not in (shape.token, shape.tag) and not (place == 0 and shape.token)]
    places = [shape.token, shape.tag, *others]
    cells = [strings([list_cell([row[place] for row in sentence]) for sentence in sentences]) for place in places]
    names = ("tokens", "tags", *(f"column_{place + 1}" for place in others))
    return Columns(names, tuple(chunked([column]) for column in cells), tuple(findings), task="token-classification")


def _sentences(text: str, shape: Shape) -> tuple[list[list[list[str]]], list[int]]:
    """The rows of every sentence, and the numbers of lines that are built differently."""
    sentences: list[list[list[str]]] = [[]]
    odd: list[int] = []
    for number, line in enumerate(_LINE_END.split(text), start=1):
        if not line.strip() or line.startswith(_DOCUMENT):
            if sentences[-1]:
                sentences.append([])
            continue
        cells = shape.cells(line)
        if cells is not None and not (number == 1 and _is_header(cells, shape)):
            sentences[-1].append(cells)
        elif cells is None and not line.startswith("#"):
            odd.append(number)
    return [sentence for sentence in sentences if sentence], odd


def _is_header(cells: Sequence[str], shape: Shape) -> bool:
    known = {"token", "tokens", "word", "words", "tag", "tags", "label", "labels", "ner", "ner_tag", "词", "字", "标签"}
    return cells[shape.token].lower() in known and cells[shape.tag].lower() in known


def _guessed(rows: Sequence[list[str]], shape: Shape) -> list[list[list[str]]]:
    """One endless sentence cut after full stops, or where no entity is being named."""
    sentences: list[list[list[str]]] = [[]]
    for row in rows:
        sentences[-1].append(row)
        outside = row[shape.tag] in _OUTSIDE
        if outside and (row[shape.token] in _SENTENCE_ENDS or len(sentences[-1]) >= _LONGEST_GUESS):
            sentences.append([])
    return [sentence for sentence in sentences if sentence]
