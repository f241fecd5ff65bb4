"""What leaves no trace in words: secrets, signed links, and buyer data that Amazon's sentences quote."""

from __future__ import annotations

from time import perf_counter

import pytest

from loadbay.core.errors import Misconfigured, Rejected, Retryable, Unclear
from loadbay.core.masking import mask_text

LINK = "https://labels.s3.amazonaws.com/label.png?X-Amz-Credential=demo&X-Amz-Signature=signed0by0nobody"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("The token Atza|IwEBIJ-x was refused.", "The token ••• was refused."),
        ("refresh_token=Atzr|demo is wrong", "refresh_token=••• is wrong"),
        ("client_secret=demo-secret&grant_type=x", "client_secret=•••&grant_type=x"),
        (f"See {LINK} for it.", "See https://labels.s3.amazonaws.com/label.png?••• for it."),
        ("Write to mary@example.com.", "Write to •••"),
        (
            "Value 'Mary Miller' at 'shipToAddress.name' failed to satisfy constraint",
            "Value '•••' at 'shipToAddress.name' failed to satisfy constraint",
        ),
        ('Bad input: {"buyerName": "Mary Miller", "units": 2}', 'Bad input: {"buyerName": •••, "units": 2}'),
        ("buyer_name: 'Mary Miller' is too long", "buyer_name: ••• is too long"),
        ("phone=0123456 is no number", "phone=••• is no number"),
        ("phone=07700 900123 is no number", "phone=••• is no number"),
        ("addressLine1=12 High Street, units=2", "addressLine1=•••, units=2"),
        ("Amazon declined createPackages: phone=07700900123", "Amazon declined createPackages: phone=•••"),
        ("Error: buyerEmail='Mary'", "Error: buyerEmail=•••"),
        (
            'Bad: {"message": "no {\\"buyerName\\": \\"Mary Miller\\"} here"}',
            'Bad: {"message": "no {\\"buyerName\\": •••} here"}',
        ),
        ('giftMessage="say \\"hi\\" to Mary" is too long', "giftMessage=••• is too long"),
        (f'"buyerName": "{"Mary " * 100}", "units": 2', '"buyerName": •••, "units": 2'),
        ("giftMessage='Mary, unclosed", "giftMessage=•••"),
    ],
)
def test_what_tells_too_much_is_masked(said: str, kept: str):
    assert mask_text(said) == kept
    assert mask_text(kept) == kept


@pytest.mark.parametrize(
    "said",
    [
        "Amazon declined processShipment: The shipment cannot be processed.",
        "Value 'RUG-02' at 'lineItems.merchantSku' failed to satisfy constraint",
        "Amazon refused the secret: enter it again.",
        'numberOfUnits "lots" is not a count',
        "The printer at 127.0.0.1:9100 did not answer (ConnectionRefusedError: [Errno 111]).",
        "quantity=5 was sent, 'quantity': '4' was expected",
    ],
)
def test_plain_words_stay(said: str):
    assert mask_text(said) == said


@pytest.mark.parametrize("kind", [Retryable, Rejected, Misconfigured, Unclear])
def test_trouble_of_every_kind_is_masked_where_it_is_raised(kind: type):
    trouble = kind(f"Amazon said: see {LINK}, token Atza|abc, Value 'Mary' at 'recipient.name' failed")
    for words in (trouble.sentence, str(trouble), repr(trouble)):
        assert "signed0by0nobody" not in words
        assert "Atza" not in words
        assert "Mary" not in words


@pytest.mark.parametrize(
    "piece",
    ["a", "a_", "'", '"', "= ", "value 'x' at 'y", "key: ", "k='", "@.", "phone='", '\\"phone\\":\\"'],
)
def test_long_words_built_to_be_slow_are_searched_quickly(piece: str):
    began = perf_counter()
    mask_text(piece * (50_000 // len(piece)))
    assert perf_counter() - began < 2
