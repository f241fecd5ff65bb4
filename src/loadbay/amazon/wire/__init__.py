"""Amazon's shapes, one module per API: read loosely, sent strictly. No meaning here, only form.

The neighbour `translate` turns them into our words.
"""
