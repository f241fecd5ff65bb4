"""Django's card for the built-in ledger."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "loadbay.erp.ledger"
    label = "ledger"
