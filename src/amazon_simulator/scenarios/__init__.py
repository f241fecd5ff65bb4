"""Readable seed files: the catalogue as CSV, a world as JSON, and the code that turns both into a state.

The rule: what a file does not say has the default of its struct in `world.state`.
"""
