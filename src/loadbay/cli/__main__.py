"""`python -m loadbay.cli`: the program `loadbay`, as child processes are started."""

from loadbay.cli.main import run

if __name__ == "__main__":
    run(prog_name="loadbay")
