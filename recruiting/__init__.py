"""Throughline's project package and the core's apps, one folder per domain."""
