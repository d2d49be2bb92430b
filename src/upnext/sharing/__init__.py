"""Share links: one task or one project for whoever has the secret, without an account.

Owns making, listing and ending them. What a link opens at a moment is resolved in `workspaces`,
where every actor is made; the link itself lies in `identity`, with the other credentials.
"""
