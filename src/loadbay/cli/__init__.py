"""The `loadbay` program: one module per group of commands, each calling one service or query."""
