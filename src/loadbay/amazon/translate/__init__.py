"""From Amazon's words to ours and back. Pure: wire structs in, port dataclasses out, no network, no clock."""
