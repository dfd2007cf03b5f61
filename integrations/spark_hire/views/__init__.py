"""Spark Hire's pages: they parse, authorize, call one service and answer inside the core's frames."""
