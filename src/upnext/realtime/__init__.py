"""Changes as they happen: pages of the stream, server-sent events, and the WebSocket.

Owns who listens at the moment, and the tickets by which a browser connects. What happened is in
the change log; whom it concerns is said by `activity.places`.
"""
