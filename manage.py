#!/usr/bin/env python
"""Django's command line for Throughline."""

import os
import sys


def main() -> None:
    """Run one management command."""
    os.umask(0o077)  # what we write holds people's data
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recruiting.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
