"""The Amazon adapter, held against a double of the wire, Amazon's models and Amazon's own SDK."""
