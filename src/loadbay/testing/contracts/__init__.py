"""Contract tests: what every implementation of a port must do. Subclass one and give it your implementation.

Rule: each class names the fixtures it needs; pytest runs its tests once per subclass.
"""
