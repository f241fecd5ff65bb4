"""The machine under Loadbay: real processes, real locks, a real PostgreSQL."""
