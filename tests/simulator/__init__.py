"""The Amazon simulator, held against Amazon's models and Amazon's own SDK, never against our adapter."""
