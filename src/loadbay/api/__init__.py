"""REST at /api/v1: programs do here what people do in the office. It owns no decision, no model, no adapter.

One router per area in `routers/`; `calls.py` says how a call is answered, `access.py` who may call.
"""
