"""The one error of this room: the machine will not give us what we need.

Its sentence says what happened, to which thing, and what to do now.
The command line turns it into exit code 3.
"""


class HostingProblem(Exception):
    """Something about this machine stops Loadbay; the sentence names the cure."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
