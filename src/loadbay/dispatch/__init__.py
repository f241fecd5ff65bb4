"""Field calls, packing, labels, consignments, batch complete."""
