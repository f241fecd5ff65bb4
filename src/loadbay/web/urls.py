"""Every address of the screens, flat.

Rule: each view carries its guard (`access.py`); a test walks this table.
"""

from __future__ import annotations

from django.urls import path

from loadbay.web import signin, theme
from loadbay.web.bench import batch, station
from loadbay.web.bench import views as bench
from loadbay.web.office import (
    board,
    channels,
    connections,
    exchanges,
    field_calls,
    listing,
    people,
    prices,
    printers,
    products,
    sales,
    start,
    stock,
    tasks,
)

urlpatterns = [
    path("", signin.land, name="land"),
    path("sign-in/", signin.sign_in, name="sign-in"),
    path("sign-out/", signin.sign_out, name="sign-out"),
    path("theme/", theme.choose_theme, name="theme"),
    path("bench/", bench.pack, name="bench"),
    path("bench/scan/", bench.take_scan, name="bench-scan"),
    path("bench/rest/", bench.rest, name="bench-rest"),
    path("bench/batch-complete/", batch.batch_complete, name="batch-complete"),
    path("bench/batch-complete/<str:number>/", batch.complete_all, name="complete-all"),
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
    path("office/product/<path:sku>/amazon/check/", listing.check, name="asin-check"),
    path("office/product/<path:sku>/amazon/save/", listing.save, name="listing-save"),
    path("office/product/<path:sku>/amazon/linked/", listing.confirm_linked, name="listing-linked"),
    path("office/product/<path:sku>/amazon/why/", listing.why, name="listing-why"),
    path("office/product/<path:sku>/amazon/", listing.amazon, name="product-amazon"),
    path("office/product/<path:sku>/", products.product, name="product"),
    path("office/listings/", board.listings, name="listings"),
    path("office/listings/waiting.csv", board.waiting_file, name="listings-waiting"),
    path("office/listings/linked/", board.mark_linked, name="listings-linked"),
    path("office/retail-prices/", prices.retail_prices, name="retail-prices"),
    path("office/stock/goods-in/", stock.goods_in, name="goods-in"),
    path("office/stock/disposal/", stock.disposal, name="disposal"),
    path("office/stock/transfer/", stock.transfer, name="transfer"),
    path("office/stock/enquiry/", stock.enquiry, name="stock-enquiry"),
    path("office/stock/rooms/", stock.rooms, name="stock-rooms"),
    path("office/sales/", sales.sales, name="sales"),
    path("office/sale/<str:number>/", sales.sale, name="sale"),
    path("office/field-calls/", field_calls.enquiry, name="field-calls"),
    path("office/field-call/<str:number>/", field_calls.field_call, name="field-call"),
    path("office/field-call/<str:number>/complete/", field_calls.complete, name="field-call-complete"),
    path("office/field-call/<str:number>/reprint/", field_calls.reprint, name="field-call-reprint"),
    path("office/field-call/<str:number>/regenerate/", field_calls.regenerate, name="field-call-regenerate"),
    path("office/field-call/<str:number>/label-again/", field_calls.label_again, name="field-call-label"),
    path("office/field-call/<str:number>/put-back/", field_calls.put_back, name="field-call-put-back"),
    path("office/field-call/<str:number>/label/<str:package_id>/", field_calls.label_file, name="label-file"),
    path("office/sales-channels/", channels.channels, name="channels"),
    path("office/sales-channels/new/", channels.new_channel, name="channel-new"),
    path("office/sales-channel/<str:code>/", channels.channel, name="channel"),
    path(
        "office/sales-channel/<str:code>/setup/order-status-matrix/", channels.matrix, name="channel-matrix"
    ),
    path("office/sales-channel/<str:code>/<slug:tab>/", channels.channel, name="channel-tab"),
    path("office/connections/", connections.connections, name="connections"),
    path("office/connections/new/", connections.new_connection, name="connection-new"),
    path("office/connection/<path:name>/test/", connections.test_connection, name="connection-test"),
    path("office/connection/<path:name>/secrets/", connections.change_secrets, name="connection-secrets"),
    path("office/connection/<path:name>/", connections.connection, name="connection"),
    path("office/tasks/", tasks.tasks, name="tasks"),
    path("office/tasks/<int:task_id>/close/", tasks.close_task, name="task-close"),
    path("office/exchanges/", exchanges.exchanges, name="exchanges"),
    path("office/exchanges/<int:number>/", exchanges.exchange, name="exchange"),
    path("office/people/", people.people, name="people"),
    path("office/people/new/", people.new_person, name="person-new"),
    path("office/person/<str:username>/", people.person, name="person"),
    path("office/person/<str:username>/password/", people.set_password, name="person-password"),
    path("office/person/<str:username>/let-go/", people.let_go, name="person-let-go"),
    path("office/person/<str:username>/take-back/", people.take_back, name="person-take-back"),
    path("office/printers/", printers.printers, name="printers"),
]
