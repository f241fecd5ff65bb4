"""A stateful stand-in for Amazon's Selling Partner API: a program of its own that any client can talk to.

`world` holds what Amazon knows and decides, `http` puts Amazon's paths in front of it, `central` is the
pretend Seller Central page and the control API, `scenarios` are readable seeds. Nothing here knows Loadbay.
"""
