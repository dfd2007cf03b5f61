"""The server of the vendors' doubles: requests, faults, webhooks, the tester's controls. It knows no vendor."""
