"""Workbooks (XLSX, XLSM, XLSB, XLS, ODS): which sheet is the table, and its cells as the strings a person would see.

Formulas and macros never run: a cell is the value that was saved with the file.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from playground.data.formats.columns import STRING, Columns, check_size, chunked, strings, unique_names
from playground.data.limits import Limits
from playground.data.text.header import first_row_is_header
from playground.data.types import Finding
from playground.errors import DatasetError

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Names of streams inside an old Office file, as its directory spells them.
_OLE_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_OLE_WORD: Final = "WordDocument".encode("utf-16-le")
_OLE_SLIDES: Final = "PowerPoint Document".encode("utf-16-le")
#: Part of a zip archive that tells its kind -> the format's name.
_WORKBOOK_PARTS: Final = {"xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsb"}
_DOCUMENT_PARTS: Final = {"word/document.xml": "Word", "ppt/presentation.xml": "PowerPoint", "Index/Document.iwa": "iWork"}
#: A document type stands before anything else in XML, and no office program writes one.
_PROLOG_BYTES: Final = 4096
_SAMPLE_ROWS: Final = 200
_CHUNK_ROWS: Final = 20_000
#: Cells below the first of a merged range that are filled in; more of them are no table.
_MOST_MERGED: Final = 1_000_000


def workbook_format(data: bytes, name: str, limits: Limits) -> str | None:
    """ "xlsx", "xlsb", "ods" or "xls"; None if the file is neither an old Office file nor a zip that holds a workbook.

    :raises DatasetError: "file_is_document" for texts and slides, "workbook_encrypted", "workbook_has_entities", "file_cut",
        "archive_too_many", or "unpacks_too_large" if its parts unfold beyond the limit.
    """
    if data.startswith(_OLE):
        if _OLE_ENCRYPTED in data:
            raise DatasetError("workbook_encrypted", name=name)
        for stream, kind in ((_OLE_WORD, "Word"), (_OLE_SLIDES, "PowerPoint")):
            if stream in data:
                raise DatasetError("file_is_document", name=name, kind=kind)
        return "xls"
    return _zipped_format(data, name, limits) if data.startswith(b"PK\x03\x04") else None


def _zipped_format(data: bytes, name: str, limits: Limits) -> str | None:
    if data.count(b"PK\x01\x02") > limits.files:  # every entry has such a mark, whatever the directory says of their number
        raise DatasetError("archive_too_many", name=name, limit=limits.files)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {info.filename: info.file_size for info in archive.infolist()}
            found = next((kind for part, kind in _WORKBOOK_PARTS.items() if part in parts), None) or _open_document(archive, parts, name)
            if found is None:
                return None
            if sum(parts.values()) > limits.unpacked_bytes:
                raise DatasetError("unpacks_too_large", name=name, limit=limits.unpacked_bytes // 1_000_000)
            for part in parts:
                if part.endswith((".xml", ".rels")):
                    with archive.open(part) as stream:
                        if b"<!" in (prolog := stream.read(_PROLOG_BYTES)) and (b"<!DOCTYPE" in prolog or b"<!ENTITY" in prolog):
                            raise DatasetError("workbook_has_entities", name=name)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, OSError, EOFError) as error:  # all of them mean damage
        raise DatasetError("file_cut", name=name) from error
    except RuntimeError as error:  # a part that asks for a password
        raise DatasetError("workbook_encrypted", name=name) from error
    return found


def _open_document(archive: zipfile.ZipFile, parts: dict[str, int], name: str) -> str | None:
    """ "ods" for that, None for what is no document at all. :raises DatasetError: "file_is_document" or "workbook_encrypted"."""
    for part, kind in _DOCUMENT_PARTS.items():
        if part in parts:
            raise DatasetError("file_is_document", name=name, kind=kind)
    if "mimetype" not in parts:
        return "ods" if "content.xml" in parts else None
    with archive.open("mimetype") as stream:
        kind = stream.read(200).decode("ascii", errors="replace")
    if "opendocument.spreadsheet" not in kind:
        if "opendocument" in kind or "epub" in kind:
            raise DatasetError("file_is_document", name=name, kind=kind.strip().rpartition("/")[2][:60])
        return None
    if "META-INF/manifest.xml" in parts:
        with archive.open("META-INF/manifest.xml") as stream:
            if b"encryption-data" in stream.read(1_000_000):
                raise DatasetError("workbook_encrypted", name=name)
    return "ods"


def read_workbook(data: bytes, name: str, limits: Limits, wanted: str | None = None) -> Columns:
    """The cells of one sheet: the wanted one, or the first that holds a table.

    :raises DatasetError: "workbook_unreadable", "workbook_encrypted", "sheet_missing", "no_rows" or another size error.
    """
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = _sheet_names(book)
        if wanted is not None and wanted not in sheets:
            raise DatasetError("sheet_missing", name=name, sheet=wanted[:60], sheets=_listed(sheets))
        sheet = book.get_sheet_by_name(wanted) if wanted is not None else _first_table(book, sheets)
        if sheet is None or not sheet.height:
            raise DatasetError("no_rows", name=name)
        names, cells, findings = _table(_rows(sheet), name, limits)
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        locked = isinstance(error, python_calamine.PasswordError)
        raise DatasetError("workbook_encrypted" if locked else "workbook_unreadable", name=name) from error
    if len(sheets) > 1 and wanted is None:
        findings.append(Finding("several_sheets", "info", {"sheet": sheet.name, "count": len(sheets)}))
    return Columns(tuple(names), tuple(cells), tuple(findings), tuple(sheets), sheet.name)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:6]) + (" …" if len(names) > 6 else "")


def _sheet_names(book: CalamineWorkbook) -> list[str]:
    """Names of the sheets that hold cells, in order, the hidden ones last."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    sheets = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    return [one.name for one in sorted(sheets, key=lambda one: one.visible != SheetVisibleEnum.Visible)]


def _first_table(book: CalamineWorkbook, names: Iterable[str]) -> CalamineSheet | None:
    """The first sheet with rows of two cells and more, else the first with two rows, else any that is not empty."""
    column = single = None
    for name in names:
        sheet = book.get_sheet_by_name(name)
        filled = [sum(cell not in ("", None) for cell in row) for row in sheet.to_python(nrows=_SAMPLE_ROWS)]
        whole = sum(count > 1 for count in filled)
        if whole > 1 and 2 * whole > sum(count > 0 for count in filled):
            return sheet
        column = column or (sheet if sheet.height > 1 else None)
        single = single or (sheet if sheet.height else None)
    return column or single


def _rows(sheet: CalamineSheet) -> Iterator[list[str]]:
    """Rows that are not empty; a value merged over rows counts for each of them."""
    left = sheet.start[1] if sheet.start else 0
    merged: dict[int, set[int]] = {}
    ranges = [one for one in sheet.merged_cell_ranges or () if one[0][1] == one[1][1] and one[1][0] > one[0][0]]
    if sum(last[0] - first[0] for first, last in ranges) <= _MOST_MERGED:
        for first, last in ranges:
            merged.setdefault(first[1] - left, set()).update(range(first[0] + 1, last[0] + 1))
    above: list[str] = []
    for number, row in enumerate(sheet.iter_rows()):  # from the very first row of the sheet, but from the first column that is filled
        cells = [_shown(cell) for cell in row]
        for place, below in merged.items():
            if number in below and 0 <= place < len(above) and not cells[place]:
                cells[place] = above[place]
        if any(cells):
            yield cells
        above = cells


def _table(rows: Iterator[list[str]], name: str, limits: Limits) -> tuple[list[str], list[pa.ChunkedArray], list[Finding]]:
    first = list(islice(rows, _SAMPLE_ROWS))
    if not first:
        raise DatasetError("no_rows", name=name)
    width, findings = len(first[0]), []
    titles = _title_rows(first)
    if titles:
        findings.append(Finding("title_rows", "info", {"count": titles, "title": next(filter(None, first[0]))[:80]}))
        first = first[titles:]
    headed = first_row_is_header(first)
    header = first.pop(0) if headed else [""] * width
    parts: list[list[pa.Array]] = [[] for _ in range(width)]
    count, chunk = 0, first
    while chunk:
        count += len(chunk)
        check_size(count, 1, name, limits)
        for part, cells in zip(parts, zip(*chunk, strict=True), strict=True):
            part.append(strings(cells))
        chunk = list(islice(rows, _CHUNK_ROWS))
    columns = [pa.chunked_array(part, type=STRING) for part in parts]
    # A stray format makes a sheet wider than its table.
    kept = [place for place in range(width) if header[place].strip() or pc.any(pc.not_equal(columns[place], "")).as_py()]
    check_size(count, len(kept), name, limits)
    names, renamed = unique_names(header[place] for place in kept)
    if not headed:
        findings.append(Finding("no_header", "info", {"names": ", ".join(names[:4])}))
    elif renamed:
        findings.append(Finding("columns_renamed", "info"))
    return names, [chunked(columns[place].chunks) for place in kept], findings


def _title_rows(rows: Sequence[Sequence[str]]) -> int:
    """Rows above the table that have one cell only, while those below them have more."""
    filled = [sum(map(bool, row)) for row in rows]
    first = next((place for place, count in enumerate(filled) if count > 1), 0)
    below = filled[first:]
    return first if first <= 5 and len(below) > 1 and 2 * sum(count > 1 for count in below) > len(below) else 0


def _shown(cell: Any) -> str:
    """A cell as the spreadsheet shows it: whole numbers without a fraction, dates as ISO 8601."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)
