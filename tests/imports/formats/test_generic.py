"""Strangers' CSV files: what is found out about them, and what is done about broken rows."""

from contextlib import suppress
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upnext.client.errors import ClientError, Usage
from upnext.client.imports import columns, csvfile, sheet
from upnext.client.imports.csvfile import Wishes
from upnext.client.imports.records import Reading

BERLIN = ZoneInfo("Europe/Berlin")


def read(
    text: str | bytes,
    *,
    mapping: dict[str, str] | None = None,
    values: dict[tuple[str, str], str] | None = None,
    dates: str | None = None,
    source: str = "csv",
) -> Reading:
    data = text.encode() if isinstance(text, str) else text
    wishes = Wishes(
        zone=BERLIN, mapping=mapping or {}, values=values or {}, dates=dates, source=source
    )
    return csvfile.read(sheet.read(*sheet.decoded(data)), wishes)


def fields(reading: Reading) -> list[dict[str, object]]:
    return [record.fields for record in reading.records]


@pytest.mark.parametrize(
    ("data", "source"),
    [
        (b"title,due\nTea,\n", "CSV with commas, UTF-8"),
        (b"\xef\xbb\xbftitle;due\nTea;\n", "CSV with semicolons, UTF-8"),
        ("title\tdue\nTea\t\n".encode("utf-16"), "CSV with tabs, UTF-16"),
        (b"title|due\r\nTea|\r\n", "CSV with bars, UTF-8"),
        ("title,notes\nTea,für Zoë\n".encode("cp1252"), "CSV with commas, Windows-1252"),
        (b"title\nTea, hot\n", "CSV with one column, UTF-8"),
    ],
)
def test_encodings_and_delimiters(data: bytes, source: str) -> None:
    reading = read(data)
    assert reading.source == source
    assert reading.records[0].title.startswith("Tea")


def test_western_letters_survive() -> None:
    assert read("title\nfür Zoë\n".encode("cp1252")).records[0].title == "für Zoë"


@pytest.mark.parametrize("data", [b"title\nTea\0\n", b"\xff\xfea"])
def test_what_is_no_text(data: bytes) -> None:
    with pytest.raises(ClientError):
        read(data)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("Task Name,Notes,Due Date,Priority,Labels",
         ["title", "description", "due", "priority", "tags"]),
        ("TYPE,CONTENT,DESCRIPTION,PRIORITY,DATE",
         [None, "title", "description", "priority", "due"]),
        ("Issue key,Issue id,Summary,Status,Project name",
         ["id", None, "title", "status", "project"]),
        ("uuid,description,project,depends,estimate",
         ["id", "title", "project", "after", "duration"]),
        ("Card Name,Card Description,List,Labels", ["title", "description", "project", "tags"]),
        ("subject,categories,% Complete,start date", ["title", "tags", "completed", "start"]),
        ("Name,Done?,Estimated time (h)", ["title", "completed", "duration"]),
        ("title,description,category", ["title", "description", "category"]),
    ],
)  # fmt: skip
def test_headers_in_many_styles(header: str, found: list[str | None]) -> None:
    headers = header.split(",")
    detected = columns.detected(headers)
    assert [detected.get(at) for at in range(len(headers))] == found


def test_without_a_header_the_first_line_is_a_task() -> None:
    reading = read("Buy milk\nCall Zoë\n")
    assert [record.title for record in reading.records] == ["Buy milk", "Call Zoë"]
    assert "No header" in reading.remarks[0]


def test_the_person_knows_better() -> None:
    text = "Aufgabe,title,Frist\nTee,old,2026-12-04\n"
    reading = read(text, mapping={"Aufgabe": "title", "3": "due", "title": "ignore"})
    assert fields(reading) == [{"title": "Tee", "due_at": "2026-12-04T22:59:00Z"}]


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"nix": "title"}, "no column"),
        ({"title": "nix"}, "not a field"),
        ({"title": "ignore"}, "No column holds the words"),
        ({"title": "due", "b": "due"}, "cannot both be due"),
    ],
)
def test_a_mapping_that_means_nothing(mapping: dict[str, str], words: str) -> None:
    with pytest.raises(Usage, match=words):
        read("title,b\nTea,\n", mapping=mapping)


def test_a_whole_row() -> None:
    text = (
        "Title,Notes,Due,Start,Priority,Status,List,Tags,Estimate,Energy,Context,Category\n"
        "Tea ,hot,2026-12-04 17:00,2026-12-01,P1,In Progress,Kitchen,"
        '"#warm, @home, drink",1h30,High,desk,home\n'
    )
    record = read(text).records[0]
    assert record.project == "Kitchen"
    assert record.fields == {
        "title": "Tea",
        "description": "hot",
        "due_at": "2026-12-04T16:00:00Z",
        "start_at": "2026-11-30T23:00:00Z",
        "priority": "urgent",
        "status": "in_progress",
        "tags": ["warm", "drink"],
        "context": ["@desk", "@home"],
        "estimated_duration": 90,
        "energy": "high",
        "category": "home",
    }


@pytest.mark.parametrize(
    ("column", "cell", "field", "value"),
    [
        ("priority", "H", "priority", "high"),
        ("priority", "1", "priority", "urgent"),
        ("priority", "Major", "priority", "high"),
        ("priority", "none", "priority", None),
        ("status", "To Do", "status", "todo"),
        ("status", "Won't fix", "status", "cancelled"),
        ("completed", "TRUE", "status", "done"),
        ("completed", "2026-11-01", "status", "done"),
        ("completed", "no", "status", None),
        ("% complete", "40%", "status", None),
        ("estimate (hours)", "1.5", "estimated_duration", 90),
        ("duration", "25", "estimated_duration", 25),
        ("original estimate", "3600", "estimated_duration", 60),
        ("duration", "0", "estimated_duration", None),
        ("due", "4.12.2026", "due_at", "2026-12-04T22:59:00Z"),
        ("due", "25/12/2026 9:30 am", "due_at", "2026-12-25T08:30:00Z"),
        ("due", "12/25/26", "due_at", "2026-12-25T22:59:00Z"),
        ("due", "4 Dec 2026", "due_at", "2026-12-04T22:59:00Z"),
        ("due", "Fri, December 4, 2026", "due_at", "2026-12-04T22:59:00Z"),
        ("due", "2026/12/04 00:00:00", "due_at", "2026-12-04T22:59:00Z"),
        ("due", "2026-12-04T10:00:00.000+0000", "due_at", "2026-12-04T10:00:00Z"),
        ("due", "20261204T100000Z", "due_at", "2026-12-04T10:00:00Z"),
    ],
)
def test_cells(column: str, cell: str, field: str, value: object) -> None:
    reading = read(f'title,{column}\nTea,"{cell}"\n')
    assert reading.refused == []
    assert reading.records[0].fields.get(field) == value


def test_dates_that_can_be_read_in_two_ways_are_not_guessed() -> None:
    text = "title,due\nTea,04/12/2026\nMilk,03/12/2026\n"
    with pytest.raises(Usage, match="04/12/2026 can be read in two ways"):
        read(text)
    assert fields(read(text, dates="dmy"))[0]["due_at"] == "2026-12-04T22:59:00Z"
    assert fields(read(text, dates="mdy"))[0]["due_at"] == "2026-04-12T21:59:00Z"
    # One date of the column that allows one reading only decides for all.
    assert fields(read(f"{text}Rice,12/31/2026\n"))[0]["due_at"] == "2026-04-12T21:59:00Z"


def test_a_bad_row_costs_itself_only() -> None:
    reading = read(
        "title,due,priority,duration\n"
        "Tea,2026-12-04,,\n"
        ",2026-12-04,,\n"
        "Milk,soon,,\n"
        "Rice,,sky high,\n"
        "\n"
        "Salt,,,for ever\n"
        "Fish,,,,,surplus\n"
        "Bread,,,20\n"
    )
    assert [record.title for record in reading.records] == ["Tea", "Bread"]
    assert [(one.line, one.reason) for one in reading.refused] == [
        (3, "has no title"),
        (4, "due: “soon” is not a date"),
        (5, "priority: “sky high” is no priority; say what it is: "
            "--value 'priority:sky high=high'"),
        (7, "duration: “for ever” is not a duration; write 30m, 2h, 1h30 or minutes"),
        (8, "has 6 cells where the header has 4; is a quote missing?"),
    ]  # fmt: skip


def test_cells_can_be_given_a_meaning() -> None:
    text = "title,priority\nTea,SKY HIGH\n"
    assert fields(read(text, values={("priority", "sky high"): "urgent"})) == [
        {"title": "Tea", "priority": "urgent"}
    ]


def test_an_open_quote_does_not_swallow_the_file() -> None:
    reading = read('title,notes\nTea,"never closed\nMilk,"fine, ""really"""\nRice,6" long\n')
    assert [record.title for record in reading.records] == ["Milk", "Rice"]
    assert [one.line for one in reading.refused] == [2]


def test_lines_are_those_of_the_file() -> None:
    reading = read('title,notes\n"Tea","a\nb\nc"\n,x\nMilk,\n')
    assert [record.line for record in reading.records] == [2, 6]
    assert [one.line for one in reading.refused] == [5]


def test_breaks_spelled_out_become_breaks() -> None:
    reading = read("title,notes\nTea,one\\n\\ntwo \\nthree\nMilk,plain\n")
    assert fields(reading)[0]["description"] == "one\n\ntwo \nthree"


def test_a_path_is_no_break() -> None:
    text = "title,notes\nTea,C:\\new\\nothing\n"
    assert fields(read(text))[0]["description"] == "C:\\new\\nothing"


def test_a_long_title_is_shortened_and_kept_whole() -> None:
    title = "word " * 60 + "end"
    record = read(f"title,notes\n{title},more\n").records[0]
    assert len(record.title) <= 200
    assert record.title.endswith("word…")
    assert record.fields["description"] == f"{title}\n\nmore"


def test_the_same_file_has_the_same_ids() -> None:
    text = "title,project,due\nTea,A,\nTea,A,\nTea,B,\ntea,a,2026-12-04\nMilk,,\n"
    first, again = read(text).records, read(text.replace("2026-12-04", "")).records
    names = [record.external_id for record in first]
    assert names == [record.external_id for record in again]
    assert len(set(names)) == 5
    assert all(name.startswith("csv:") and len(name) <= 200 for name in names)


def test_ids_of_the_file_are_used_and_can_be_kept_apart() -> None:
    text = f'id,title,blocked by\n7,Tea,\n8,Milk,"7, 99"\n{"x" * 300},Rice,\n'
    reading = read(text, source="shop")
    assert [record.external_id for record in reading.records[:2]] == ["shop:7", "shop:8"]
    assert len(reading.records[2].external_id) <= 200
    assert reading.records[1].after == ("shop:7", "shop:99")
    assert reading.remarks == ["1 dependency leads to tasks that are not imported."]


def test_an_empty_file() -> None:
    assert read("").records == []
    assert read("title,due\n").records == []


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_sentence(data: bytes) -> None:
    with suppress(ClientError):
        assert all(record.title and len(record.title) <= 200 for record in read(data).records)


@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=4), max_size=6))
def test_any_cells_are_read_or_refused_with_a_sentence(rows: list[list[str]]) -> None:
    lines = [";".join(cell.replace(";", "").replace("\n", " ") for cell in row) for row in rows]
    with suppress(ClientError):
        reading = read("\n".join(["title;due;priority;duration", *lines]))
        told = [record.line for record in reading.records] + [one.line for one in reading.refused]
        assert all(number >= 2 for number in told)
