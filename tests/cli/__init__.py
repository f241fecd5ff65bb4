"""The program `loadbay` from outside: its answers, exit codes and processes."""
