"""Customers, shipping agents and their services: columns and constraints."""

from django.db import models

from loadbay.core.encryption import EncryptedJson, EncryptedText


class Customer(models.Model):
    """Somebody we sell to. A placeholder stands for buyers a marketplace does not name.

    Names and addresses of marketplace buyers are buyer data: encrypted, with a date to purge them.
    """

    code = models.CharField(max_length=40, unique=True)
    is_placeholder = models.BooleanField(default=False)
    name = EncryptedText()
    address = EncryptedJson(null=True)
    email = EncryptedText(null=True)
    email_hash = models.CharField(max_length=64, blank=True, db_index=True)
    external_id = models.CharField(max_length=80, blank=True, db_index=True)
    purge_on = models.DateField(null=True)
    currency = models.CharField(max_length=10, blank=True, db_default="")
    tax_area = models.CharField(max_length=20, blank=True, db_default="")
    payment_terms = models.CharField(max_length=20, blank=True, db_default="")
    dimension_1 = models.CharField(max_length=20, blank=True, db_default="")
    dimension_2 = models.CharField(max_length=20, blank=True, db_default="")


class ShippingAgent(models.Model):
    """Who carries parcels (code as ERPs allow: upper case, at most 10 characters)."""

    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=80)


class ShippingAgentService(models.Model):
    """One service of one agent."""

    agent = models.ForeignKey(ShippingAgent, on_delete=models.CASCADE, related_name="services")
    code = models.CharField(max_length=10)
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "code"], name="service_code_once_per_agent")]
