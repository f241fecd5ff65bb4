"""Telling web addresses of the shop's own about its orders: one signed POST each."""
