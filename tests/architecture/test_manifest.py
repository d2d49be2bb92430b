"""The manifest is the one list: an adapter that is not in it would never be reached."""

from tests.architecture.tree import SOURCE, adapter_modules, imports

# The engine of the job queue, and the client's commands, are no adapters of a domain.
NO_ADAPTERS = {"upnext.core.jobs"}


def test_every_adapter_is_in_the_manifest() -> None:
    # The commands of domains are the command line's, which must start without the rest.
    lists = (SOURCE / "manifest.py", SOURCE / "cli.py")
    imported = {name for path in lists for name, _ in imports(path)}
    modules = set(adapter_modules()) - NO_ADAPTERS
    assert modules
    missing = {m for m in modules if not any(f"{i}.".startswith(f"{m}.") for i in imported)}
    assert missing == set()
