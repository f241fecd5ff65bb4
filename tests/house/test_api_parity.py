"""Whatever a person can do in the office a program can do here; what is left out says why."""

from __future__ import annotations

import ast

import pytest

from loadbay.api.application import api as application
from loadbay.web.office.definition_tables import TABLES
from loadbay.web.urls import urlpatterns
from tests.house.source import LOADBAY

# Page of the office, the bench or the terminal's counterpart → the calls that do or show the same.
COUNTERPARTS: dict[str, tuple[str, ...]] = {
    "bench": ("dispatch_bench_view",),
    "bench-scan": ("dispatch_take_scan",),
    "bench-rest": ("dispatch_bench_view",),
    "batch-complete": ("dispatch_consignment",),
    "complete-all": ("dispatch_complete_all",),
    "command-sheet": ("dispatch_commands",),
    "start": ("dispatch_collections", "operations_tasks", "operations_doctor"),
    "products": ("products_products",),
    "product-new": ("products_add",),
    "product-import": ("products_import_file",),
    "product-change": ("products_change",),
    "product-stock": ("stock_show", "stock_movements", "stock_items", "stock_item"),
    "product-serialise": ("products_serialise",),
    "price-set": ("prices_set_price",),
    "price-end": ("prices_end_price",),
    "product-prices": ("prices_prices",),
    "asin-check": ("listings_check",),
    "listing-save": ("listings_add", "listings_change", "listings_submit"),
    "listing-linked": ("listings_confirm_linked",),
    "listing-delist": ("listings_delist",),
    "listing-why": ("listings_why",),
    "product-amazon": ("listings_show",),
    "product": ("products_product",),
    "listings": ("listings_board",),
    "listings-waiting": ("listings_board",),
    "listings-linked": ("listings_confirm_linked",),
    "retail-prices": ("products_products", "prices_prices"),
    "goods-in": ("stock_goods_in",),
    "disposal": ("stock_dispose",),
    "transfer": ("stock_transfer",),
    "stock-enquiry": ("stock_enquiry",),
    "stock-rooms": ("stock_rooms", "stock_add_room"),
    "stock-cap": ("listings_cap", "listings_set_cap", "listings_end_cap"),
    "sales": ("sales_sales", "sales_waiting"),
    "set-aside": ("sales_set_aside",),
    "import-again": ("sales_import_again",),
    "build-again": ("sales_build_again",),
    "sale-confirm": ("sales_confirm",),
    "sale-ship-anyway": ("sales_ship_anyway",),
    "sale-decline": ("sales_reject",),
    "sale": ("sales_sale", "sales_buyer"),
    "ledger": ("ledger_documents_page",),
    "ledger-document": ("ledger_document", "ledger_registered_payment"),
    "ledger-payment": ("ledger_register_payment",),
    "ledger-refund": ("ledger_register_refund",),
    "ledger-payment-reverse": ("ledger_reverse_payment",),
    "ledger-accounts": ("ledger_accounts",),
    "ledger-account-add": ("ledger_add_account",),
    "ledger-account": ("ledger_account", "ledger_entries"),
    "ledger-account-change": ("ledger_change_account",),
    "ledger-series": ("ledger_series",),
    "ledger-series-set": ("ledger_set_series",),
    "ledger-export": ("ledger_export",),
    "sale-credit": ("ledger_credits_of", "ledger_credit"),
    "sale-hand-over": ("ledger_hand_over",),
    "field-calls": ("field_calls_field_calls",),
    "pick-list": ("field_calls_pick_list",),
    "dock-sheet": ("dispatch_dock_sheet",),
    "field-call": ("field_calls_field_call",),
    "field-call-complete": ("field_calls_complete",),
    "field-call-reprint": ("field_calls_print_label",),
    "field-call-regenerate": ("field_calls_regenerate",),
    "field-call-label": ("field_calls_label_again",),
    "field-call-open-again": ("field_calls_open_again",),
    "parcel-box": ("field_calls_change_box",),
    "field-call-put-back": ("field_calls_put_back",),
    "label-file": ("field_calls_label",),
    "channels": ("channels_channels",),
    "channel-new": ("channels_add",),
    "channel": ("channels_channel",),
    "channel-tab": ("channels_channel",),
    "channel-matrix": ("matrix_matrix", "matrix_look_at"),
    "channel-matrix-change": (
        "matrix_change",
        "matrix_add_line",
        "matrix_remove_line",
        "matrix_reset",
        "matrix_try_lines",
    ),
    "channel-matrix-line": ("matrix_add_line",),
    "channel-action-add": ("matrix_status_actions", "matrix_add_status_action"),
    "channel-action-remove": ("matrix_remove_status_action",),
    "let-go": ("sales_let_go",),
    "order-rules": ("order_checks_rules",),
    "order-rule-new": ("order_checks_try_rule", "order_checks_add_rule"),
    "order-rule": ("order_checks_rule",),
    "order-rule-change": ("order_checks_change_rule",),
    "order-rule-release": ("order_checks_release",),
    "order-rule-remove": ("order_checks_remove_rule",),
    "orders": ("orders_orders",),
    "orders-confirm": ("orders_act",),
    "orders-act": ("orders_act",),
    "order": ("orders_order",),
    "field-call-ship": ("field_calls_ship",),
    "field-call-tell-again": ("field_calls_tell_again",),
    "channel-definitions": (
        "definitions_list_methods",
        "definitions_save_methods",
        "definitions_list_carriers",
        "definitions_save_carriers",
        "definitions_list_currencies",
        "definitions_save_currencies",
        "definitions_list_payment_methods",
        "definitions_save_payment_methods",
    ),
    "channel-definitions-act": (
        "definitions_retrieve_methods",
        "definitions_retrieve_carriers",
        "definitions_add_carrier",
        "definitions_retrieve_currencies",
    ),
    "channel-definitions-remove": (
        "definitions_remove_method",
        "definitions_remove_carrier",
        "definitions_remove_currency",
        "definitions_remove_payment_method",
    ),
    "channel-templates": ("shipping_templates_list_templates",),
    "channel-templates-retrieve": ("shipping_templates_retrieve_templates",),
    "channel-items": ("mapping_items",),
    "channel-item-map": ("mapping_map_items",),
    "channel-item-remove": ("mapping_unmap_items",),
    "channel-customers": ("mapping_behaviours", "mapping_buyers"),
    "channel-behaviour": ("mapping_change_behaviours",),
    "channel-buyer-pick": ("mapping_pick",),
    "channel-buyer-forget": ("mapping_forget",),
    "channel-tax": ("mapping_tax",),
    "channel-tax-change": ("mapping_change_tax",),
    "channel-locations": ("mapping_locations", "channels_change"),
    "first-channel": ("connections_connections", "channels_channels"),
    "first-channel-step": (
        "connections_add",
        "stock_add_room",
        "channels_add",
        "definitions_retrieve_methods",
        "definitions_retrieve_carriers",
        "definitions_retrieve_currencies",
    ),
    "channel-file": ("definitions_file_copy",),
    "channel-file-export": ("definitions_file_export",),
    "channel-file-apply": ("definitions_file_diff", "definitions_file_apply"),
    "channel-file-copy": ("definitions_file_copy",),
    "agents": ("agents_agents", "agents_add"),
    "agent": ("agents_agent_card", "agents_add_service", "agents_rename_service"),
    "agent-rename": ("agents_rename",),
    "agent-service-remove": ("agents_remove_service",),
    "gap-proofs": ("order_checks_gap_proofs", "order_checks_works"),
    "gap-proof-make": ("order_checks_start_proof",),
    "gap-proof": ("order_checks_gap_proof", "order_checks_proof_numbers"),
    "gap-proof-import": ("order_checks_import_missing",),
    "work": ("order_checks_work",),
    "work-cancel": ("order_checks_cancel",),
    "channel-change": ("channels_change",),
    "channel-watch": ("channels_change",),
    "connections": ("connections_connections",),
    "connection-new": ("connections_add",),
    "connection-test": ("connections_try_connection",),
    "connection-secrets": ("connections_change_secrets",),
    "connection": ("connections_connection",),
    "tasks": ("operations_tasks",),
    "task-close": ("operations_close_task",),
    "exchanges": ("operations_exchanges",),
    "exchange": ("operations_exchange",),
    "people": ("people_people",),
    "person-new": ("people_add",),
    "person": ("people_person", "people_set_role"),
    "person-password": ("people_set_password",),
    "person-let-go": ("people_let_go",),
    "person-take-back": ("people_take_back",),
    "tokens": ("people_list_tokens",),
    "token-new": ("people_add_token",),
    "token": ("people_token",),
    "token-revoke": ("people_revoke_token",),
    "boxes": ("dispatch_list_boxes", "dispatch_add_box"),
    "box-house": ("dispatch_house_box",),
    "box-remove": ("dispatch_remove_box",),
    "printers": ("dispatch_list_printers", "dispatch_add_printer"),
    "printer-trial": ("dispatch_try_printer",),
}
# Pages whose call is still to be written. Nothing stays here when a version is made.
TO_COME: set[str] = set()
TABLES_TO_COME: set[str] = set()
LEFT_OUT = {
    "land": "it only leads a person to their start page",
    "sign-in": "a program shows its token with each call",
    "sign-out": "a program shows its token with each call",
    "theme": "how the screen looks",
    "station": "which bench this browser stands at; a program names the bench in each call",
    "browser-label": "the bench's own browser prints; a program fetches the label of the parcel",
    "browser-label-printed": "the bench's own browser prints",
}


def described() -> set[str]:
    paths = application.get_openapi_schema()["paths"].values()
    return {one["operationId"] for methods in paths for one in methods.values()}


def test_every_page_and_action_of_the_office_has_its_call_or_a_reason():
    pages = {pattern.name for pattern in urlpatterns}
    without = pages - set(COUNTERPARTS) - set(LEFT_OUT) - TO_COME
    assert without == set(), "write their calls in api/routers and name them in COUNTERPARTS, or in TO_COME"
    assert (set(COUNTERPARTS) | set(LEFT_OUT) | TO_COME) - pages == set()
    assert set(COUNTERPARTS) & set(LEFT_OUT) == set()


def test_every_counterpart_is_there():
    assert {call for calls in COUNTERPARTS.values() for call in calls} - described() == set()


def test_every_call_has_a_page_so_that_nothing_can_be_done_by_programs_only():
    assert described() - {call for calls in COUNTERPARTS.values() for call in calls} == set()


def test_every_table_under_setup_has_its_address():
    """One page of the office shows several tables; each has calls of its own."""
    paths = application.get_openapi_schema()["paths"]
    lacking = [page for page in TABLES if f"/api/v1/channels/{{code}}/{page}" not in paths]
    assert sorted(set(lacking) ^ TABLES_TO_COME) == [], "write its calls in api/routers/definitions.py"


def services_of(module: str) -> set[str]:
    """What a file asks of services, such as `services.goods_in`; types apart."""
    tree = ast.parse((LOADBAY / module).read_text())
    named = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    asked = [one for one in named if isinstance(one.value, ast.Name) and one.attr.islower()]
    return {f"{one.value.id}.{one.attr}" for one in asked}


@pytest.mark.parametrize(
    ("page", "router"),
    [("stock", "stock"), ("channels", "channels"), ("people", "people"), ("prices", "prices")],
)
def test_the_office_and_the_api_call_the_same_services(page, router):
    mine = {name for name in services_of(f"web/office/{page}.py") if name.startswith("services.")}
    its = {name for name in services_of(f"api/routers/{router}.py") if name.startswith("services.")}
    assert mine - its == set()


def test_no_router_decides_anything():
    """A call translates: none has a rule of its own, a query set or a transaction."""
    for path in sorted((LOADBAY / "api").rglob("*.py")):
        tree = ast.parse(path.read_text())
        named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert named & {"objects", "atomic", "cursor", "select_for_update"} == set(), path.name
