#!/bin/sh
# A product's way from listing to lorry, by commands alone. Usage: by_command.sh FOLDER
# Needs PROGRAM (such as .venv/bin/loadbay), PYTHON, AMAZON (the pretend Amazon's address), PRINTER (host:port
# of a raw printer), LOADBAY_…
# FOLDER holds products.csv, broken.csv, asin and ean; each answer is kept there as NAME.json.
set -eu
cd "$1"
catalogue_asin=$(cat asin)
rug=$(cat ean)

loadbay() { "$PROGRAM" "$@"; }

# step NAME COMMAND…: must be done. refused NAME COMMAND…: must be refused with exit code 1.
step() {
    name=$1
    shift
    loadbay "$@" --json > "$name.json" || { echo "$name: exit $?" >&2; cat "$name.json" >&2; exit 1; }
}
refused() {
    name=$1
    shift
    code=0
    loadbay "$@" --json > "$name.json" || code=$?
    [ "$code" -eq 1 ] || { echo "$name: exit $code instead of 1" >&2; cat "$name.json" >&2; exit 1; }
}
# value NAME KEY…: a value out of an answer, by keys and positions.
value() {
    "$PYTHON" -S -c 'import json, sys
found = json.load(open(sys.argv[1] + ".json"))
for key in sys.argv[2:]:
    found = found[int(key)] if isinstance(found, list) else found[key]
print(found)' "$@"
}
# amazon NAME PATH [BODY]: what buyers, Seller Central and the curious do at Amazon.
amazon() {
    "$PYTHON" -S -c 'import sys, urllib.request as web
data = sys.argv[2].encode() if len(sys.argv) > 2 else None
opener = web.build_opener(web.ProxyHandler({}))
print(opener.open(sys.argv[1], data).read().decode())' "$AMAZON/simulator/$2" ${3+"$3"} > "$1.json"
}
sync() { step "$1" sync --until-idle; }
# order NAME UNITS: a buyer orders rugs; $order is Amazon's number, $call the field call once it came in.
order() {
    amazon "$1" orders "{\"lines\": [{\"sku\": \"RUG-1\", \"quantity\": $2}]}"
    order=$(value "$1" orders 0 order_id)
    sync "$1-arrives"
    step "$1-sale" sale show "$order"
    call=$(value "$1-sale" sale row field_call)
}

# 2. Connection and channel: every wrong thing is named, secrets come from files.
: > nothing
echo wrong-secret > wrong
echo demo-secret > secret
echo 'Atzr|demo' > token
set -- --region eu --seller-id A2DEMOSELLER --client-id demo-client --refresh-token-file token \
    --endpoint "$AMAZON" --token-endpoint "$AMAZON/auth/o2/token"
refused connection-empty connection add demo --client-secret-file nothing "$@"
step connection connection add demo --client-secret-file wrong "$@"
refused connection-wrong connection test demo
step connection-mended connection secrets demo --client-secret-file secret
step connection-tested connection test demo
step room-main stock-room add MAIN
step room-shop stock-room add SHOP
step channel channel add SC-UK --connection demo --marketplace GB --programme smartconnect \
    --stock-room MAIN=LBAY --stock-room SHOP=LBAY --pickup 23:00
step printer printer add Dock --kind raw --address "$PRINTER" --default

# 3. Products, goods in, disposal, transfer, retail price.
refused import-broken product import broken.csv
step import product import products.csv
step goods-in stock goods-in KETTLE-1 --room SHOP --units 10
refused dispose-too-much stock dispose KETTLE-1 --room SHOP --units 1000 --reason broken
step dispose stock dispose KETTLE-1 --room SHOP --units 2 --reason broken
step transfer stock transfer KETTLE-1 --from SHOP --to MAIN --units 3
step kettle stock show KETTLE-1

# 4. The listing: nothing of stock and price leaves before it is proven linked.
step asin listing check "$catalogue_asin" --channel SC-UK
set -- --channel SC-UK --asin "$catalogue_asin" --type onsite-fba --template "Standard Delivery"
refused listing-without-price listing add RUG-1 --origin GB "$@"
step price price set RUG-1 --category Amazon --amount 89.95 --currency GBP
refused listing-without-origin listing add RUG-1 "$@"
step listing listing add RUG-1 --origin GB "$@"
step submit listing submit RUG-1
sync submitted
amazon appear listings/appear '{"sku": "RUG-1"}'
amazon listed-as inspect/listings/RUG-1
sync appeared
step live listing show RUG-1 --channel SC-UK
sync not-converted
step awaiting listing show RUG-1 --channel SC-UK
amazon stock-before-link inspect/inventory
amazon convert listings/RUG-1/convert '{}'
sync linked
step listing-linked listing show RUG-1 --channel SC-UK
amazon stock-linked inspect/inventory

# A linked listing is corrected: exactly that, and it stays Onsite.
step changed listing change RUG-1 --channel SC-UK --template "Heavy and Bulky"
refused changed-handling listing change RUG-1 --channel SC-UK --handling-days 3
sync changed-told
amazon changed-appears listings/appear '{}'
amazon changed-as inspect/listings/RUG-1

# 5. Each movement reaches Amazon.
step more stock goods-in RUG-1 --room SHOP --units 10
sync moved
amazon stock-moved inspect/inventory

# 6. A sale arrives: nothing that is sent changes.
order sale 2
first=$order number=$call
amazon stock-sold inspect/inventory
step day field-call show "$number"
step calls field-call list --carrier "Amazon SmartConnect" --collection-date "$(value day row collection_date)"

# 7. and 8. Pick list, bench, label.
step picks pick-list --carrier "Amazon SmartConnect" --to picks.pdf
refused scan-nonsense pack "$number" --scan "%%%"
refused scan-endless pack "$number" --scan "$("$PYTHON" -S -c 'print("9" * 10000)')"
refused scan-other pack "$number" --scan KETTLE-1
refused scan-early pack "$number" --scan "$rug" --finish
step packed pack "$number" --scan RUG-1 --finish
sync labelled
step label label save "$number" --to label.png
amazon stock-labelled inspect/inventory
step reprint label reprint "$number"

# 9. The lorry: counted, completed once.
step loaded field-call show "$number"
consignment=$(value loaded parcels 0 consignment)
step dock dock-sheet "$consignment" --to dock.pdf
step batch batch-complete "$consignment"
refused miscounted batch-complete "$consignment" --complete-all --parcels 9
step completed batch-complete "$consignment" --complete-all --parcels 1
refused completed-twice batch-complete "$consignment" --complete-all --parcels 1
refused call-completed-twice field-call complete "$number"
sync shipped

# 10. The genuine customer.
step buyer sale show "$first"
amazon at-amazon "inspect/orders/$first"
amazon stock-shipped inspect/inventory
step gap-proof gap-proof --from "$(date -u -d '3 days ago' +%F)" --to "$(date -u +%F)"

# 11. Cancelled before, during and after packing: never shipped afterwards.
order early 1
amazon early-gone "orders/$order/cancel" '{}'
sync early-known
refused early-pack pack "$call"
order midway 2
step midway-bench pack "$call" --scan RUG-1
amazon midway-gone "orders/$order/cancel" '{}'
sync midway-known
refused midway-pack pack "$call" --scan RUG-1 --finish
order late 1
step late-pack pack "$call" --scan RUG-1 --finish
sync late-label
amazon late-gone "orders/$order/cancel" '{}'
sync late-known
amazon stock-late inspect/inventory
refused late-complete field-call complete "$call"
step late-back field-call put-back "$call"
sync late-over
amazon stock-back inspect/inventory

# The cap: with 98 on hand, a cap of 5 and 5 open, a buyer sees 5.
step cap listing update RUG-1 --channel SC-UK --cap 5
order capped 5
amazon stock-capped inspect/inventory
step why listing show RUG-1 --channel SC-UK
step tasks task list

# Taken off Amazon.
step delist-asked listing delist RUG-1 --channel SC-UK
step delist listing delist RUG-1 --channel SC-UK --yes
sync delisted
step delisted-card listing show RUG-1 --channel SC-UK
amazon delist-done listings/appear '{}'
amazon listings-left inspect/listings
