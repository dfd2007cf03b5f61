"""What the public sees: no session, no cookie, no template of the staff's."""
