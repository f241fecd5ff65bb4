"""The machine under Loadbay: home folder, configuration, embedded PostgreSQL, child processes.

The bottom room: it knows nothing of Django and imports nothing else of Loadbay.
`project/settings.py` and the process commands in `cli/` are its only users.
"""
