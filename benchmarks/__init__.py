"""`make bench`: measures the numbers Loadbay promises, against the simulator over real HTTP.

Each scenario is a module with one `run`, in a process and a home of its own (`scenario.py`); `rows.py` says
what a line of the table is. Nothing is extrapolated.
"""
