"""Every port's contract, run against its fake and against the adapter talking to the simulator."""
