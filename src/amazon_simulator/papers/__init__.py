"""Papers of our own drawing: parcel labels with barcodes that scan, and plain invoices.

Pure: content in, bytes out. Who may fetch them and for how long is decided in `http.documents`.
"""
