"""Check digits, SKUs and bundle contents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadbay.catalogue import rules

REAL = ["5012345678900", "4006381333931", "96385074", "036000291452", "00012345600012"]


@pytest.mark.parametrize("code", REAL)
def test_a_printed_barcode_is_taken(code):
    assert rules.read_barcode(f" {code} ") == (code, "gtin")


def test_a_wrong_check_digit_is_named_with_the_right_one():
    with pytest.raises(rules.BarcodeWrong) as refused:
        rules.read_barcode("5012345678901")
    assert refused.value.code == "barcode_wrong"
    assert "should end in 0" in refused.value.sentence


@given(st.sampled_from([7, 11, 12, 13]).flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n)))
def test_any_digits_with_their_check_digit_are_a_barcode(digits):
    assert rules.is_gtin(digits + rules.check_digit(digits))


@given(st.sampled_from(REAL), st.integers(0, 12), st.integers(1, 9))
def test_one_misread_digit_is_always_noticed(code, place, slip):
    place %= len(code)
    misread = code[:place] + str((int(code[place]) + slip) % 10) + code[place + 1 :]
    assert not rules.is_gtin(misread)


@pytest.mark.parametrize("code", ["RUG-02", "12345", "A" * 60])
def test_the_shops_own_codes_need_no_check_digit(code):
    assert rules.read_barcode(code) == (code, "own")


@pytest.mark.parametrize("nonsense", ["", "  ", "with space", "ü", "A" * 61, "a\x00b", "١٢٣٤٥٦٧٨"])
def test_nonsense_is_no_barcode(nonsense):
    with pytest.raises(rules.BarcodeWrong):
        rules.read_barcode(nonsense)


def test_a_scanner_may_drop_or_add_leading_zeros():
    assert "0036000291452" in rules.same_barcodes("036000291452")
    assert "036000291452" in rules.same_barcodes("0036000291452")
    assert rules.same_barcodes("RUG-02") == ("RUG-02",)


@pytest.mark.parametrize("sku", ["", " ", "-RUG", "=1+1", "R" * 41, "RUG\n2", "RÜG"])
def test_what_cannot_be_a_sku_is_refused(sku):
    with pytest.raises(rules.SkuNotUsable):
        rules.read_sku(sku)


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        ({}, "contains nothing"),
        ({"SET": 1}, "cannot contain itself"),
        ({"OTHER-SET": 1}, "is a soft bundle itself"),
        ({"RUG": 0}, "0 units of RUG"),
    ],
)
def test_contents_that_give_no_stock_are_refused(contents, words):
    with pytest.raises(rules.BundleNotPossible, match=words):
        rules.check_contents("SET", contents=contents, bundles=frozenset({"OTHER-SET"}))
