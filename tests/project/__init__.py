"""Django's side of the house: settings, health addresses, logs."""
