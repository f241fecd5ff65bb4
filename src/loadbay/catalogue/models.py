"""Products, barcodes, soft bundles, customer categories and retail prices: columns and constraints."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models


class Product(models.Model):
    """Something the shop sells. Lengths in millimetres, weight in grams, origin as ISO two letters."""

    sku = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    brand = models.CharField(max_length=80, blank=True)
    is_bundle = models.BooleanField(default=False)
    is_serialised = models.BooleanField(default=False)
    country_of_origin = models.CharField(max_length=2, blank=True)
    hazmat_class = models.CharField(max_length=40, blank=True)
    customs_code = models.CharField(max_length=20, blank=True)
    weight_g = models.PositiveIntegerField(null=True)
    length_mm = models.PositiveIntegerField(null=True)
    width_mm = models.PositiveIntegerField(null=True)
    height_mm = models.PositiveIntegerField(null=True)
    bin = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [GinIndex(SearchVector("sku", "name", "brand", config="simple"), name="product_words")]


class Barcode(models.Model):
    """A code that scans to a product, kept as given; `rules.same_barcodes` knows its other spellings."""

    class Kind(models.TextChoices):
        GTIN = "gtin", "EAN, UPC or GTIN"
        OWN = "own", "Our own code"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="barcodes")
    code = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)


class BundleComponent(models.Model):
    """What a soft bundle contains."""

    bundle = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="components")
    component = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    units = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bundle", "component"], name="component_once_per_bundle"),
            models.CheckConstraint(condition=models.Q(units__gte=1), name="component_units_positive"),
            models.CheckConstraint(
                condition=~models.Q(bundle=models.F("component")), name="bundle_does_not_contain_itself"
            ),
        ]


class CustomerCategory(models.Model):
    """A group of customers that shares prices; the one called Amazon makes an Amazon product."""

    name = models.CharField(max_length=40, unique=True)


class RetailPrice(models.Model):
    """The price of a product for one customer category from a day on, tax included."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="prices")
    category = models.ForeignKey(CustomerCategory, on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=14, decimal_places=4)
    currency = models.CharField(max_length=3)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "category", "currency", "valid_from"], name="price_once_per_day"
            ),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="price_not_negative"),
        ]
