"""A small believable shop for `make demo`: goods, people, a channel against the simulator."""
