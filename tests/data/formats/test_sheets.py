"""Workbooks: which sheet, and which strings."""

from __future__ import annotations

import base64
import contextlib
import datetime
import io
import random
import zipfile
import zlib

import openpyxl
import pytest

from playground.data.formats.columns import Columns
from playground.data.formats.sheets import read_workbook, workbook_format
from playground.data.limits import LIMITS, Limits
from playground.data.read import read_table
from playground.errors import DatasetError

#: An old XLS with the sheet 数据, packed, as no library that is kept alive writes them any more.
XLS = zlib.decompress(base64.b85decode(
    rb"c-rk)O=uHA6#iy6+x(cONllejC`-YrwHNW?rClp%Pu41eKL|Ey7Yq$aiGj9)TCF(>f+xjGp%*VzFaDqhy?GESdJqI5Rd1dI1rKf3H!ri8Y7Px(QJF8yn>TO1"
    rb"nR(fH^Y-WEVxl~EuVV>6p&uqHUKmX^HbEuqH{zgv&y%WOhp2cO{}jR@+Q=pgkDFfv<sQoYUV?$UfoCLv_f$?{0z>(nYp)~ru@5OBedr@8aEmN4w6j;OEJs;x"
    rb"WO;{~Pgw3{%T<<r#4U@HSagPZ_NXX6Zgg>9407HFJmxK1cA*W=WfWh$CaPQu1BFZ~`*(J92BMe;?c1Q6a|@|#8A;l}d3^P3;ER7!pW52KzIFk!e_L%2*0EnV"
    rb"0>BKs5f1PYqWEaa9z#sHxzS||$i3x4yrMf*w18|X?PfOslV{w5YiG{dnIZ+nlnF6%==_PzN2xI#lHIAIoy$)~WX|R@9$$6Fn>qHQB*)OgdV)_toU-`x?a!|c"
    rb"riY!=Y?<M_Ud{enrNi)WNsgewG42Vll-wScJ6T@lS+}s>!7@p4OLg~fn^F$UGUp2ScGEh$8LypfHTrhaOP>xu>@0n7c96a>xO6VL@Wz=#7u}7<XuSN*qF3~a"
    rb"n>QpLIeslvrg+D){g<o}GUCd2Pu=2Lu!0Dy36|BCygEYhMIF9izM=Sn`KIC<b@&GJ1Bze0`j+CGb@(Rp<-T1oWJ{=4ztM{Oax%(!KM;Y2hK7cQhK7cQMtunN"
    rb"<Zi0xcuTz>1l4z)6)F||ndHC45#;Gtq!-iu$WdLubVKp836}8Z5^Egee=n3cMynSvjx_r*-f;ZV`<<x$KWiQs|9wZO(e*2h`1yy|{|*G@&@l"
))  # fmt: skip

Rows = list[list[object]]
TABLE: Rows = [["text", "label"], ["where is it", "x"], ["who came", "y"], ["what now", "x"]]
ODS = "application/vnd.oasis.opendocument.spreadsheet"


def workbook(*sheets: Rows) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for place, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Sheet {place + 1}")
        for row in rows:
            sheet.append(row)
    return _saved(book)


def _saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def ods(rows: Rows, kind: str = ODS, manifest: str = "<manifest/>", prolog: str = "", rest: str = "") -> bytes:
    """An OpenDocument spreadsheet, as small as one can be."""
    cells = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row)
        + "</table:table-row>"
        for row in rows
    )
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text"))
    content = (
        f'<?xml version="1.0"?>{prolog}<office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Data">{cells}{rest}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return buffer.getvalue()


def with_part(data: bytes, part: str, change: tuple[str, str]) -> bytes:
    """The same workbook with one of its parts changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(info.filename, content.replace(change[0].encode(), change[1].encode()) if info.filename == part else content)
    return buffer.getvalue()


def shared_xlsx(cells: str, strings: list[str]) -> bytes:
    """A workbook of one sheet whose cells name strings by their number, as Excel writes it."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    linked = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
            f'relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{linked}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="r1" Type="{linked}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{linked}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{linked}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{main}">{"".join(f"<si><t>{text}</t></si>" for text in strings)}</sst>')
        archive.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>')
    return buffer.getvalue()


def _read(data: bytes, wanted: str | None = None, limits: Limits = LIMITS) -> Columns:
    return read_workbook(data, "x.xlsx", limits, wanted)


def _cells(columns: Columns) -> list[list[str]]:
    return [list(row) for row in zip(*(column.to_pylist() for column in columns.cells), strict=True)]


def test_a_workbook_shows_its_cells_as_a_person_sees_them() -> None:
    day = datetime.date(2026, 3, 1)
    table = read_table(workbook([["text", "label", "when"], ["你好", 1, day], ["007", 2.5, None], [True, 1, day]]), "x.xlsx")
    assert (table.format, table.sheets, table.sheet) == ("xlsx", ("Sheet 1",), "Sheet 1")
    assert table.frame.to_numpy().tolist() == [["你好", "1", "2026-03-01"], ["007", "2.5", ""], ["TRUE", "1", "2026-03-01"]]


def test_the_first_sheet_that_holds_a_table_is_read_and_named() -> None:
    columns = _read(workbook([["About this file"], ["made in March"], ["by hand"]], [], TABLE, [["a", "b"], *[["x", "y"]] * 9]))
    assert (columns.sheets, columns.sheet) == (("Sheet 1", "Sheet 2", "Sheet 3", "Sheet 4"), "Sheet 3")
    assert [(finding.code, finding.facts["sheet"]) for finding in columns.findings] == [("several_sheets", "Sheet 3")]


def test_the_sheet_asked_for_is_read() -> None:
    table = read_table(workbook(TABLE, [["text", "label"], ["a b", "p"], ["c d", "q"]]), "x.xlsx", sheet="Sheet 2")
    assert table.frame["label"].tolist() == ["p", "q"]
    assert table.sheet == "Sheet 2"


def test_an_unknown_sheet_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(DatasetError) as caught:
        read_table(workbook(TABLE, TABLE), "x.xlsx", sheet="Tabelle1")
    assert (caught.value.code, caught.value.facts["sheets"]) == ("sheet_missing", "Sheet 1, Sheet 2")


def test_a_hidden_sheet_is_not_taken_first() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook([["code", "name"], ["1", "x"], ["2", "y"]], TABLE)))
    book["Sheet 1"].sheet_state = "hidden"
    assert _read(_saved(book)).sheet == "Sheet 2"


def test_a_title_above_the_table_is_left_out_and_said() -> None:
    columns = _read(workbook([["Survey of March 2026"], [], *TABLE]))
    assert columns.names == ("text", "label")
    assert columns.findings[0].facts["title"] == "Survey of March 2026"


def test_a_value_merged_over_rows_counts_for_each_of_them() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook([["text", "label"], ["a b", "x"], ["c d", None], ["e f", "y"]])))
    book.active.merge_cells("B2:B3")
    assert _cells(_read(_saved(book))) == [["a b", "x"], ["c d", "x"], ["e f", "y"]]


def test_a_table_may_stand_anywhere_on_its_sheet() -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(workbook([[], [], *([None, None, *row] for row in [["text", "label"], ["a b", "x"], ["c d", None]])]))
    )
    book.active.merge_cells("D4:D5")
    assert _cells(_read(_saved(book))) == [["a b", "x"], ["c d", "x"]]


def test_columns_without_a_single_value_are_no_columns() -> None:
    assert _read(workbook([["text", "label", None, None], ["a b", "x", None, " "], ["c d", "y"]])).names[:2] == ("text", "label")


def test_a_workbook_is_known_by_its_content() -> None:
    assert read_table(workbook(TABLE), "x.csv").format == "xlsx"


def test_macros_do_not_matter() -> None:
    macro = with_part(workbook(TABLE), "[Content_Types].xml", ("spreadsheetml.sheet.main+xml", "ms-excel.sheet.macroEnabled.main+xml"))
    assert len(_cells(_read(macro))) == 3


def test_an_opendocument_sheet_is_read() -> None:
    table = read_table(ods(TABLE), "x.ods")
    assert (table.format, table.sheet, table.frame["label"].tolist()) == ("ods", "Data", ["x", "y", "x"])


def test_an_old_workbook_is_read() -> None:
    table = read_table(XLS, "x.xls")
    assert (table.format, table.sheets) == ("xls", ("数据",))
    assert table.frame.to_numpy().tolist() == [["where is it", "x"], ["你好吗", "y"], ["what now", "1"]]


def test_shared_strings_are_read() -> None:
    rows = [(0, 1), (2, 3), (4, 3)]
    cells = "".join(f'<row>{"".join(f"""<c t="s"><v>{number}</v></c>""" for number in row)}</row>' for row in rows)
    assert _cells(_read(shared_xlsx(cells, ["text", "label", "a b", "shared", "c d"]))) == [["a b", "shared"], ["c d", "shared"]]


def test_a_workbook_with_a_header_alone_is_refused() -> None:
    with pytest.raises(DatasetError) as caught:
        _read(workbook([["text", "label"]]))
    assert caught.value.code == "no_rows"


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_workbook_with_xml_entities_is_refused(kind: str) -> None:
    laughs = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10 if level else "ha"}">' for level in range(10))
    doctype = f"<!DOCTYPE sst [{laughs}]>"
    if kind == "xlsx":
        data = with_part(workbook(TABLE), "xl/worksheets/sheet1.xml", ("<worksheet", f"{doctype}<worksheet"))
    else:
        data = ods([["text", "label"], ["&l9;", "x"]], prolog=doctype)
    with pytest.raises(DatasetError) as caught:
        read_table(data, f"x.{kind}")
    assert caught.value.code == "workbook_has_entities"


def test_entities_are_not_expanded_even_where_nobody_looks_for_them() -> None:
    data = ods(
        [["text", "label"], ["a &l; b", "x"], ["c", "y"]],
        prolog=f"<!--{'x' * 5000}--><!DOCTYPE a [<!ENTITY l SYSTEM 'file:///etc/hosts'>]>",
    )
    with contextlib.suppress(DatasetError):
        assert "localhost" not in read_table(data, "x.ods").frame.to_string()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "workbook_encrypted"),
        (ods(TABLE, manifest="<manifest:encryption-data/>"), "workbook_encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "WordDocument".encode("utf-16-le"), "file_is_document"),
        (ods(TABLE, kind="application/vnd.oasis.opendocument.text"), "file_is_document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "workbook_unreadable"),
    ],
)
def test_what_cannot_be_opened_is_refused_with_the_cause(data: bytes, code: str) -> None:
    with pytest.raises(DatasetError) as caught:
        read_table(data, "x.xlsx")
    assert caught.value.code == code


def test_a_workbook_that_unfolds_too_far_is_refused_unopened() -> None:
    with pytest.raises(DatasetError) as caught:
        workbook_format(workbook(TABLE), "x.xlsx", Limits(unpacked_bytes=100))
    assert caught.value.code == "unpacks_too_large"


@pytest.mark.parametrize(("limits", "code"), [(Limits(rows=2), "too_many_rows"), (Limits(columns=1), "too_many_columns")])
def test_limits_hold_for_workbooks(limits: Limits, code: str) -> None:
    with pytest.raises(DatasetError) as caught:
        _read(workbook(TABLE), limits=limits)
    assert caught.value.code == code


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_workbook_is_refused_or_read_but_never_crashes(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(workbook(TABLE))
    for _ in range(chance.randint(1, 30)):
        data[chance.randrange(4, len(data))] = chance.randrange(256)
    with contextlib.suppress(DatasetError):
        read_table(bytes(data), "x")
