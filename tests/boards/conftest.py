from tests.kit.apart import own_app, own_runtime, own_served  # noqa: F401 - these are its fixtures
