"""Categories by the meaning of sentences: a small encoder (all-MiniLM-L6-v2) on numpy alone.

Optional. `upnext ai install-model` puts its weights into the data directory; without them nothing
here is loaded. It knows neither tasks nor the database.
"""
