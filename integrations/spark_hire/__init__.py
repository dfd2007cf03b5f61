"""Spark Hire: one-way video interviews. Read `integration` first."""

SLUG = "video-interviewing"
VENDOR = "Spark Hire"
