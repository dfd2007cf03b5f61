"""A worker process as `manage.py worker` starts it, with kill points: `python -m tests.faults.cluster`."""

import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recruiting.settings")
    django.setup()
    from django.core.management import call_command

    from tests.faults import kill_points

    kill_points.install()
    call_command("worker")


if __name__ == "__main__":
    main()
