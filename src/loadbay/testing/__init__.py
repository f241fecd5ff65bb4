"""What connector authors need: fakes for every port, contract tests, a clock that stands still."""
