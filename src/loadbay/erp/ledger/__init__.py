"""The built-in ledger: sales documents, number series, a chart of accounts, postings that balance.

The default ERP of every channel, with tables of its own. It knows nothing of any marketplace.
"""
