"""Pages of members about careers pages, by what they are about."""
