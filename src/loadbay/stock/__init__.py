"""Stock rooms, the movement ledger, what is on hand, what is promised."""
