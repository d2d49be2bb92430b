"""What no committed file may hold."""

import re

from tests.architecture.tree import ROOT, tracked

# Put together here, so that this file does not break its own rule.
HOSTS = ["pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "deb.debian" + ".org"]
# Folders of a developer's machine. Paths of a container or a server (/var, /run, /srv) are meant.
FOLDERS = ("root/.", "Users", "tmp/bash_jobs", "tmp/scratch", "home/[a-z]+/[a-z]+")
MACHINE = re.compile(r"(?<![\w.~-])/(?:work|" + "|".join(FOLDERS) + r")/")


def _texts() -> list[tuple[str, str]]:
    texts = []
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content:
            texts.append((str(path.relative_to(ROOT)), content.decode("utf-8", "replace")))
    assert len(texts) > 50
    return texts


def test_no_file_names_a_package_registry() -> None:
    """The address a package comes from belongs to the machine that installs it."""
    assert [(name, host) for name, text in _texts() for host in HOSTS if host in text] == []


def test_no_file_names_a_folder_of_a_machine() -> None:
    assert [(name, m[0]) for name, text in _texts() for m in MACHINE.finditer(text)] == []
