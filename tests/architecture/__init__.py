"""Rules that no reviewer should have to remember. Each test names what breaks its rule."""
