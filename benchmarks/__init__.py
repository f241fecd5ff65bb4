"""`make bench`: measures the numbers Loadbay promises, against the simulator over real HTTP.

Each scenario is a module with one `run`; `rows` says what a row of the table is. Nothing is extrapolated.
"""
