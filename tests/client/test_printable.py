"""Other people's text must not be able to repaint a terminal."""

from upnext.client import printable


def test_control_and_direction_characters_go() -> None:
    text = "a\x1b[2Jb\x9b31mc\u202ed\u2066e\x00f\rg"
    assert printable.clean(text) == "a[2Jb31mcdefg"


def test_breaks_and_tabs_stay_in_a_text_but_not_in_a_line() -> None:
    assert printable.clean("a\n\tb") == "a\n\tb"
    assert printable.line("a\n\tb") == "a b"


def test_what_is_kept_keeps_its_direction() -> None:
    assert printable.storable("a\r\nb\rc\x00\x9bd\u200f") == "a\nb\ncd\u200f"


def test_counts() -> None:
    assert printable.plural(1, "task") == "1 task"
    assert printable.plural(2, "task") == "2 tasks"
    assert printable.plural(0, "dependency", "dependencies") == "0 dependencies"
