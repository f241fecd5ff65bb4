"""Screens: `bench` for the scanner, `office` for everything else. No models, no adapters."""
