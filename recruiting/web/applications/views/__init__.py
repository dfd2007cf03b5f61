"""Pages around applications: jobs list, board and moves; home, candidates, record, notes and newsfeed.

A view parses, authorizes, calls one service and answers. What is true is decided in `services`.
"""
