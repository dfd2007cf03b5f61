"""Views of jobs, their processes and their fields. A view parses, authorizes, calls one service and answers."""
