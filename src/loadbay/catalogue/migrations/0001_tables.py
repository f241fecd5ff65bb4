"""Tables, and the two customer categories every shop begins with; the one called Amazon makes an Amazon product."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

def add(apps, schema_editor):
    category = apps.get_model("catalogue", "CustomerCategory")
    for name in ("Amazon", "Retail"):
        category.objects.get_or_create(name=name)


class Migration(migrations.Migration):
    initial = True

    # Databases made before the migrations of an area were written as one.
    replaces = [
        ("catalogue", "0001_initial"),
        ("catalogue", "0002_categories"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='CustomerCategory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sku', models.CharField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('brand', models.CharField(blank=True, max_length=80)),
                ('is_bundle', models.BooleanField(default=False)),
                ('is_serialised', models.BooleanField(default=False)),
                ('country_of_origin', models.CharField(blank=True, max_length=2)),
                ('hazmat_class', models.CharField(blank=True, max_length=40)),
                ('customs_code', models.CharField(blank=True, max_length=20)),
                ('weight_g', models.PositiveIntegerField(null=True)),
                ('length_mm', models.PositiveIntegerField(null=True)),
                ('width_mm', models.PositiveIntegerField(null=True)),
                ('height_mm', models.PositiveIntegerField(null=True)),
                ('bin', models.CharField(blank=True, max_length=20)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('sku', 'name', 'brand', config='simple'), name='product_words')],
            },
        ),
        migrations.CreateModel(
            name='Barcode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60, unique=True)),
                ('kind', models.CharField(choices=[('gtin', 'EAN, UPC or GTIN'), ('own', 'Our own code')], max_length=10)),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='barcodes', to='catalogue.product')),
            ],
        ),
        migrations.CreateModel(
            name='BundleComponent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('units', models.PositiveIntegerField()),
                ('bundle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='components', to='catalogue.product')),
                ('component', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.product')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('bundle', 'component'), name='component_once_per_bundle'), models.CheckConstraint(condition=models.Q(('units__gte', 1)), name='component_units_positive'), models.CheckConstraint(condition=models.Q(('bundle', models.F('component')), _negated=True), name='bundle_does_not_contain_itself')],
            },
        ),
        migrations.CreateModel(
            name='RetailPrice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=4, max_digits=14)),
                ('currency', models.CharField(max_length=3)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.customercategory')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='catalogue.product')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('product', 'category', 'currency', 'valid_from'), name='price_once_per_day'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='price_not_negative')],
            },
        ),
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
