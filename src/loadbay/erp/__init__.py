"""ERP connectors, one folder each; they never know one another. What they implement: `orders.erp_ports`."""
