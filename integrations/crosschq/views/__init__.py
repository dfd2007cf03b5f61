"""Crosschq's pages: they parse, authorise, call one service and answer inside the core's frames."""
