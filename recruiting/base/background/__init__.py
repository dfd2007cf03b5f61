"""Background work: our tables are the ledger, django-q2 is a doorbell.

`outbox` holds every promise, `worker` keeps them, `queue` rings, `schedules` sweeps what is due, `heartbeat` says that
somebody is there.
"""
