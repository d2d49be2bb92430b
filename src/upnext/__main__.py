"""`python -m upnext`: the same as the `upnext` command."""

from upnext.cli import main

if __name__ == "__main__":
    main()
