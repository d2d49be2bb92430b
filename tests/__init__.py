"""The suite: a folder per package of `upnext`, `architecture` for house rules, `kit` for tools."""
