"""Items, customers, tax and the definition file from the terminal."""

from __future__ import annotations

from tests.cli.test_channel_settings import channel, said

__all__ = ["channel", "said"]


def test_items_customers_and_tax_are_mapped_from_the_terminal(said, channel):
    code, answer = said("mapping", "map-item", "uk", "FITTING", "--type", "resource", "--number", "R1")
    assert (code, answer) == (0, {"changed": ["SKU FITTING: not mapped → Resource R1."]})
    (row,) = said("mapping", "items", "UK")[1]
    assert row.pop("id") > 0
    assert row == {
        "code_type": "sku",
        "external_id": "FITTING",
        "kind": "resource",
        "number": "R1",
        "is_mapped": True,
    }
    code, refused = said("mapping", "map-item", "UK", "X", "--type", "item", "--number", "NOBODY")
    assert (code, refused["refused"]["code"]) == (1, "definition_not_usable")
    assert said("mapping", "remove-item", "UK", "FITTING")[1] == {"changed": ["SKU FITTING removed."]}
    code, answer = said("mapping", "set-customers", "UK", "guest", "--behaviour", "manual")
    assert answer["changed"] == ["Guest customers: Auto Create AMZ-{order_id} → Manual."]
    shown = said("mapping", "customers", "UK")[1]
    assert [line["behaviour"] for line in shown["behaviours"]] == ["auto_create", "manual"]
    assert said("mapping", "pick-customer", "UK", "order:026-1", "JONES")[0] == 1
    assert said("mapping", "forget-buyer", "UK", "order:026-1")[0] == 1
    code, answer = said("mapping", "tax", "UK", "--one-line", "2200", "--leave-out-collected")
    assert answer["tax"] == {"shown": "one_line", "account": "2200", "leaves_out_collected": True}
    assert said("mapping", "tax", "UK", "--as-lines")[1]["tax"]["shown"] == "lines"
    assert said("mapping", "tax", "UK")[1]["changed"] == []
