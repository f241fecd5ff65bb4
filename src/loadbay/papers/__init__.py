"""Papers: pick lists, hand-over sheets, command barcodes and trial labels as finished bytes.

Rule: pure. Frozen values in, bytes out; no Django, no network, no tables, no buyer data. What stands on a
paper is gathered in `dispatch.paper_work`; the bytes leave through `printing` or a download.
"""
