"""What a zip holds: one table, the splits of one, or folders of texts that are called like their labels."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

from playground.data.formats.archives import Archive, Entry, shown_path
from playground.data.formats.columns import Columns, check_labels, check_size, chunked, strings
from playground.data.formats.refuse import refuse_content
from playground.data.formats.several import by_split, combine, divided, split_of
from playground.data.limits import Limits
from playground.data.text.encoding import decode
from playground.data.types import SPLITS, Finding, SplitName, Table
from playground.errors import DatasetError

#: Reads one file of the archive, by its bytes and its name.
ReadFile = Callable[[bytes, str], Table]

_TABLES: Final = frozenset(
    (
        *(".csv", ".tsv", ".tab", ".psv", ".json", ".jsonl", ".ndjson", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"),
        *(".parquet", ".arrow", ".feather", ".conll", ".bio", ".iob", ".iob2"),
    )
)
_WRAPPERS: Final = frozenset({".gz", ".bz2", ".xz", ".zst"})
_TEXTS: Final = frozenset({".txt", ".text", ""})
#: What usually lies beside the data.
_ABOUT: Final = re.compile(
    r"(?:readme|licen[cs]e|copying|notice|changelog|citation|requirements|说明)[\w -]*(?:\.(?:md|txt|rst|cff))?$"
    r"|(?:dataset_infos?|dataset_dict|state|config|package|metadata)\.json$|[^/]*\.(?:md|rst|py|ipynb|yaml|yml|html|lock)$",
    re.IGNORECASE,
)
#: Texts in label folders for every table beside them, from which on the folders are meant.
_TEXTS_A_TABLE: Final = 10


@dataclass(frozen=True, slots=True)
class _Text:
    """A text in a folder that is called like its label."""

    entry: Entry
    label: str
    split: SplitName | None


def read_archive(archive: Archive, limits: Limits, read: ReadFile, encoding: str | None = None) -> Table | Columns:
    """The table of an archive; columns if it was put together from texts.

    :param encoding: of these texts, instead of the detected one.
    :raises DatasetError: "archive_unclear" naming what is inside, or whatever reading a file inside raises.
    """
    entries = [entry for entry in archive.entries if not _ABOUT.match(PurePosixPath(entry.path).name)] or list(archive.entries)
    tables = [entry for entry in entries if _kind(entry) == "table"]
    texts = [entry for entry in entries if _kind(entry) == "text"]
    labelled = _labelled(texts)
    if labelled and len(labelled) >= _TEXTS_A_TABLE * len(tables):
        return _from_folders(archive, labelled, len(entries) - len(labelled), limits, encoding)
    chosen = tables or texts
    if len(chosen) == 1:
        return _left_out(read(archive.read(chosen[0]), _name(chosen[0])), len(entries) - 1)
    splits = divided([entry.path for entry in chosen])
    if splits is None:  # beside train and test may lie a third table, like the form answers were to be handed in on
        said = [entry for entry in chosen if split_of(entry.path)]
        if len({split_of(entry.path) for entry in said}) > 1:
            chosen, splits = said, divided([entry.path for entry in said])
    if splits:
        found = [(read(archive.read(entry), _name(entry)), split) for entry, split in zip(chosen, splits, strict=True)]
        return _left_out(by_split(found, archive.name, limits), len(entries) - len(chosen))
    if not tables:
        raise DatasetError("archive_unclear", name=archive.name, count=len(entries), files=_inside(archive.entries))
    parts = [read(archive.read(entry), _name(entry)) for entry in tables]
    return _left_out(combine(parts, archive.name, None, limits), len(entries) - len(tables))


def _kind(entry: Entry) -> str:
    suffixes = [suffix for suffix in entry.suffixes if suffix not in _WRAPPERS][-1:] or [""]
    if suffixes[0] in _TABLES:
        return "table"
    return "text" if suffixes[0] in _TEXTS or suffixes[0][1:].isdigit() else "other"


def _name(entry: Entry) -> str:
    return PurePosixPath(entry.path).name


def _inside(entries: Sequence[Entry]) -> str:
    shown = ", ".join(shown_path(entry.path) for entry in entries[:5])
    return shown + (" …" if len(entries) > 5 else "")


def _left_out(table: Table, count: int) -> Table:
    if not count:
        return table
    return replace(table, findings=(*table.findings, Finding("archive_left_out", "info", {"count": count})))


def _labelled(entries: Sequence[Entry]) -> list[_Text]:
    """Texts that lie in folders, if these are labels: at least two, below what all have in common."""
    deep = [(entry, PurePosixPath(entry.path).parts[:-1]) for entry in entries]
    deep = [(entry, folders) for entry, folders in deep if folders]
    while deep and deep[0][1] and all(folders[:1] == deep[0][1][:1] for _, folders in deep):
        deep = [(entry, folders[1:]) for entry, folders in deep]
        deep = [(entry, folders) for entry, folders in deep if folders] if any(folders for _, folders in deep) else []
    for place in (-1, 0):  # sci/space/1.txt is about space; good/2026/1.txt is good
        found = [text for entry, folders in deep if (text := _text(entry, folders, place))]
        divided_too = any(text.split for text in found)
        labelled = [text for text in found if text.split or not divided_too]
        counts = Counter(text.label for text in labelled)
        if len(counts) > 1 and len(labelled) >= 2 * len(counts):
            return labelled
    return []


def _text(entry: Entry, folders: Sequence[str], place: int) -> _Text | None:
    """The text with its label, the last or the first folder that is no split; None if there is none, like for train/urls.txt."""
    splits = [split_of(folder) for folder in folders]
    labels = [folder for folder, split in zip(folders, splits, strict=True) if split is None]
    return _Text(entry, labels[place], next(filter(None, reversed(splits)), None)) if labels else None


def _from_folders(archive: Archive, texts: Sequence[_Text], left_out: int, limits: Limits, wanted: str | None) -> Columns:
    check_size(len(texts), 2, archive.name, limits)
    check_labels((text.label for text in texts), archive.name, limits)
    found = sorted(texts, key=lambda text: (SPLITS.index(text.split or "train"), text.label, _natural(text.entry.path)))
    contents, damaged, encoding = _decoded([archive.read(text.entry) for text in found], archive.name, wanted)
    findings = []
    if damaged:
        findings.append(Finding("damaged_texts", "warning", {"count": len(damaged)}, tuple(damaged[:1000])))
    if left_out:
        findings.append(Finding("archive_left_out", "info", {"count": left_out}))
    splits = tuple(text.split for text in found if text.split)
    return Columns(
        ("text", "label"),
        (chunked([strings([content.strip() for content in contents])]), chunked([strings([text.label for text in found])])),
        tuple(findings),
        splits=splits if "train" in splits and len(set(splits)) > 1 else None,
        task="text-classification",
        encoding=encoding,
    )


def _natural(path: str) -> list[tuple[int, str]]:
    """2.txt before 10.txt."""
    return [(int(part) if part.isdigit() and len(part) < 18 else 0, part) for part in re.split(r"(\d+)", path)]


def _decoded(contents: Sequence[bytes], name: str, wanted: str | None) -> tuple[list[str], list[int], str]:
    """The texts, the places of those with characters that cannot be read, and their encoding: one for all that are not UTF-8."""
    texts: list[str | None] = [None if wanted else _utf8(content) for content in contents]
    rest = [place for place, text in enumerate(texts) if text is None]
    encoding = "utf-8"
    if rest:
        encoding = decode(b"\n".join(contents[place] for place in rest), name, wanted).encoding
    for place in rest:
        if contents[place].strip():
            refuse_content(contents[place], name)
        marked = not wanted and contents[place].startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        texts[place] = contents[place].decode("utf-16" if marked else encoding, "replace").removeprefix("\ufeff")
    whole = [text or "" for text in texts]
    return whole, [place for place, text in enumerate(whole) if "\ufffd" in text or "\x00" in text], encoding


def _utf8(content: bytes) -> str | None:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
