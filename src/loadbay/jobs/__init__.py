"""The queue: what follows from an event, what runs by the clock, and the worker that runs it."""
