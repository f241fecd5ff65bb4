"""Every address of the screens, flat.

Rule: each view carries its guard (`access.py`); a test walks this table.
"""

from __future__ import annotations

from django.urls import path

from loadbay.web import signin, theme
from loadbay.web.bench import station
from loadbay.web.bench import views as bench
from loadbay.web.office import prices, products, start, stock

urlpatterns = [
    path("", signin.land, name="land"),
    path("sign-in/", signin.sign_in, name="sign-in"),
    path("sign-out/", signin.sign_out, name="sign-out"),
    path("theme/", theme.choose_theme, name="theme"),
    path("bench/", bench.pack, name="bench"),
    path("bench/scan/", bench.take_scan, name="bench-scan"),
    path("bench/rest/", bench.rest, name="bench-rest"),
    path("bench/station/", station.choose_station, name="station"),
    path("office/", start.start, name="start"),
    path("office/products/", products.products, name="products"),
    path("office/products/new/", products.new_product, name="product-new"),
    path("office/products/import/", products.import_file, name="product-import"),
    path("office/product/<path:sku>/change/", products.change_product, name="product-change"),
    path("office/product/<path:sku>/stock/", stock.product_stock, name="product-stock"),
    path("office/product/<path:sku>/retail-prices/set/", prices.set_price, name="price-set"),
    path("office/product/<path:sku>/retail-prices/end/", prices.end_price, name="price-end"),
    path("office/product/<path:sku>/retail-prices/", prices.product_prices, name="product-prices"),
    path("office/product/<path:sku>/", products.product, name="product"),
    path("office/retail-prices/", prices.retail_prices, name="retail-prices"),
    path("office/stock/goods-in/", stock.goods_in, name="goods-in"),
    path("office/stock/disposal/", stock.disposal, name="disposal"),
    path("office/stock/transfer/", stock.transfer, name="transfer"),
    path("office/stock/enquiry/", stock.enquiry, name="stock-enquiry"),
    path("office/stock/rooms/", stock.rooms, name="stock-rooms"),
]
