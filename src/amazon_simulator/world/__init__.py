"""What the pretend Amazon knows and decides: plain values and rules, moved by commands and a clock passed in.

No HTTP and no disk here: `world.World` is the only door, `commands` lists everything that can change it.
The neighbours are `amazon_simulator.http` (Amazon's paths) and `amazon_simulator.store` (the file).
"""
