"""Making, posting, crediting and cancelling documents, number series, the chart of accounts. No network."""
