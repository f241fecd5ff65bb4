"""Amazon's HTTP surface: paths, tokens, roles, limits, error bodies, and the shapes of every answer.

Nothing is decided here about stock or shipments; that is `amazon_simulator.world`.
"""
