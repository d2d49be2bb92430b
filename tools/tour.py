"""Takes the tour and writes it down: docs/tour.md holds what a terminal really showed.

`python tools/tour.py TODOS.csv` starts a server of its own on a fresh data directory, imports
real people's to-dos and an export made by the real `task` program, and asks what to do next.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "tour.md"
UPNEXT = [sys.executable, "-m", "upnext"]

INTRO = """# A tour, as a terminal showed it

Written by `python tools/tour.py TODOS.csv`, which runs every command below for real on a fresh
instance. The to-dos are real people's (titles only, so deadlines, durations, priorities and
dependencies are given here by hand); the second import is an export of the real `task` program.
"""

EDITS = """\
edit INBOX-128 --due tomorrow --priority high --duration 10m
edit INBOX-105 --due "fri 17:00" --priority urgent --duration 3h
edit INBOX-90 --duration 1h --priority medium
edit INBOX-99 --due +4d --priority high --duration 2h
edit INBOX-35 --due +3d --priority high --duration 30m
edit INBOX-72 --due +9d --duration 20m
edit INBOX-34 --duration 20m --context @shops
edit INBOX-38 --due +6d --priority high --duration 2h
edit INBOX-89 --due +12d --duration 15m
edit INBOX-81 --due +7d --duration 1h30
edit INBOX-32 --due +4d --duration 45m --context @phone
edit INBOX-112 --due "fri 12:00" --priority high --duration 4h --energy high
edit INBOX-96 --duration 30m --priority low
edit INBOX-49 --due +2d --duration 15m
edit INBOX-67 --duration 20m --context @home --energy low
edit INBOX-57 --duration 5m --context @home --energy low
edit INBOX-83 --duration 30m --context @home --energy low
edit INBOX-79 --due +3d --duration 1h
edit INBOX-86 --due +3d --duration 2h --energy high
edit INBOX-94 --due +2d --duration 1h
edit INBOX-87 --due +5d --priority high --duration 3h --energy high
edit INBOX-74 --start +3d --due +20d --duration 1h
block INBOX-99 --by INBOX-90
block INBOX-72 --by INBOX-35
block INBOX-38 --by INBOX-34
block INBOX-89 --by INBOX-38
block INBOX-87 --by INBOX-94
"""

CHANGES = (
    ("A deadline moves away", "edit INBOX-128 --due +10d"),
    ("A task takes longer, so it has to begin earlier", "edit INBOX-94 --duration 3h"),
    ("A priority rises", "edit INBOX-49 --priority urgent"),
    ("A dependency appears: what the urgent task waits for leads", "block INBOX-49 --by INBOX-57"),
    ("It is done, and the way is free", "done INBOX-57"),
)


class Tour:
    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.lines = [INTRO]
        self.environ = {
            **os.environ,
            "UPNEXT_CONFIG_DIR": str(folder / "config"),
            "UPNEXT_SERVER": url,
            "COLUMNS": "96",
            "NO_COLOR": "1",
            "TZ": "Europe/Berlin",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }

    def say(self, text: str) -> None:
        self.lines.append(f"\n{text}\n")

    def run(self, *commands: str, most: int = 60) -> None:
        self.lines.append("```console")
        for command in commands:
            done = subprocess.run(
                ["bash", "-c", command], cwd=self.folder, env=self.environ, check=False,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip
            if done.returncode:
                raise SystemExit(f"{command}\n{done.stdout}")
            shown = [line.rstrip() for line in done.stdout.splitlines()]
            self.lines += [f"$ {command}", *shown[:most]] + (["…"] if len(shown) > most else [])
        self.lines.append("```")


def take(tour: Tour) -> None:
    tour.say("## In with a real to-do list")
    register = "echo 'a long enough password' | upnext register mia@example.com --password-stdin"
    tour.run(register, "upnext whoami")
    tour.run("upnext import todos.csv --yes", "upnext import todos.csv --yes | tail -3")
    tour.say("Deadlines, durations, priorities, places and dependencies:")
    tour.run(*(f"upnext {line}" for line in EDITS.splitlines()), most=1)
    tour.say("## What next, and why?")
    tour.run("upnext next")
    tour.say("With half an hour, at home, and little energy:")
    tour.run("upnext next --minutes 30 --context @home --energy low")
    for title, change in CHANGES:
        tour.say(f"### {title}")
        tour.run(f"upnext {change}", "upnext next", most=14)
    _taskwarrior(tour)
    tour.say("## Looking around")
    tour.run("upnext list --due-before +5d", "upnext list --blocked", "upnext show INBOX-99")
    tour.run("upnext project list", "upnext next --json | head -20")


def _taskwarrior(tour: Tour) -> None:
    tour.say("## From Taskwarrior")
    task = "task rc:taskrc"
    (tour.folder / "taskrc").write_text(
        "data.location=taskdata\nconfirmation=off\nverbose=nothing\n"
    )
    tour.run(
        f"{task} add project:Garden +outdoors priority:H due:3days 'Order the apple trees'",
        f"{task} add project:Garden depends:1 scheduled:5days 'Plant the apple trees'",
        f"{task} add project:Flat.Kitchen priority:L wait:2days 'Descale the kettle'",
        f"{task} 1 annotate 'The nursery closes on Saturday'",
        f"{task} export > export.json",
        "upnext import export.json --yes",
        "upnext import export.json --yes | tail -2",
        "upnext list --project Garden",
    )


def main(todos: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as name:
        folder, url = Path(name), f"http://localhost:{port}"
        shutil.copy(todos, folder / "todos.csv")
        command = [*UPNEXT, "serve", "--port", str(port), "--data-dir", str(folder / "data")]
        with (folder / "log").open("w") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait(url)
            tour = Tour(folder, url)
            take(tour)
        finally:
            server.terminate()
            server.wait(30)
        text = "\n".join(tour.lines).replace(url, "http://localhost:8000")
        PAGE.write_text(text.replace(name, "~").rstrip() + "\n")


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{url}/health/ready"):  # noqa: S310  (our own server)
                return
        except urllib.error.URLError:
            time.sleep(0.2)
    raise SystemExit("the server did not start")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
