"""Refusals of the server as sentences, next steps and exit codes."""

import pytest

from upnext.client import errors


@pytest.mark.parametrize(
    ("status", "code"),
    [
        *((400, 1), (401, 3), (403, 1), (404, 4), (409, 5), (412, 5), (422, 1), (428, 5)),
        *((429, 1), (500, 1), (502, 6), (503, 6), (504, 6)),
    ],
)
def test_each_status_has_its_exit_code(status: int, code: int) -> None:
    assert errors.from_problem(status, {"detail": "No."}).exit_code == code


def test_field_errors_are_part_of_the_sentence() -> None:
    problem = {
        "detail": "The request is not valid.",
        "errors": [
            {"pointer": "/due_at", "detail": "must have an offset."},
            {"pointer": "#/tags/0", "detail": "is too long"},
        ],
    }
    error = errors.from_problem(422, problem)
    assert error.message == (
        "The request is not valid: due_at: must have an offset; tags.0: is too long."
    )


def test_a_refusal_of_one_field_is_said_once() -> None:
    problem = {
        "detail": "Must not be empty.",
        "errors": [{"pointer": "?status", "detail": "Must not be empty."}],
    }
    assert errors.from_problem(422, problem).message == "status: Must not be empty."


def test_a_problem_without_words_still_says_something() -> None:
    assert errors.from_problem(418, {}).message == "The server answered 418."


def test_an_internal_error_names_the_line_of_the_log() -> None:
    assert "abc-1" in errors.from_problem(500, {"title": "Oops", "request_id": "abc-1"}).hint


def test_the_document_keeps_the_servers_own_words() -> None:
    problem = {"code": "cycle", "detail": "A waits for B.", "status": 409}
    assert errors.from_problem(409, problem).document() == {
        "code": "cycle",
        "detail": "A waits for B.",
        "status": 409,
        "exit_code": 5,
    }
