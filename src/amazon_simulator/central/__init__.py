"""The pretend Seller Central page for people in training, and the control API for programs and tests.

What Amazon's own calls cannot do (convert a listing, place an order, send the lorry) is done from here.
"""
