"""The tests of Loadbay and of the Amazon simulator. How they are sorted is told in CONTRIBUTING.md."""
