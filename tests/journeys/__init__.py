"""Whole journeys through several processes: Loadbay's parts and the pretend Amazon, as they run in a shop."""
