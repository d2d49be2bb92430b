"""`upnext ai check`, as whoever runs an instance types it."""

import json
from pathlib import Path

from typer.testing import CliRunner

from tests.kit.app import SECRETS
from upnext.cli import app


def test_it_says_who_would_be_asked(tmp_path: Path) -> None:
    """The provider is on this machine, which the settings do not allow: its address is refused."""
    environ = {**SECRETS, "UPNEXT_DATA_DIR": str(tmp_path)}
    run = CliRunner()
    done = run.invoke(app, ["ai", "check"], env=environ)
    assert (done.exit_code, "async" in done.stdout) == (0, True), done.output
    asked = {**environ, "UPNEXT_AI_BASE_URL": "http://127.0.0.1:9/v1", "HF_MAX_RETRIES": "0"}
    done = run.invoke(app, ["ai", "check", "--json"], env=asked)
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert (told["mode"], told["model"]) == ("async", None)
    (one,) = told["providers"]
    assert one == {
        "provider": "openai",
        "answer": None,
        "confidence": None,
        "error": "invalid_url",
        "rests": True,
    }
