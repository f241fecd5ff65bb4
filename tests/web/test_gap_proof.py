"""Sales > Gap proof: started with a form, watched, cancelled; what is missing is imported with a button."""

from __future__ import annotations

import pytest

from loadbay.jobs import works
from loadbay.orders import proof_lists
from loadbay.orders.models import GapNumber, GapProof, Work
from loadbay.orders.services.importing import ImportedAgain
from tests.builders import Shop

pytestmark = pytest.mark.django_db


def page(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def sold(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A sale, whose Amazon is asked by the proofs."""
    shop.buys("RUG")
    shop.imports()
    nothing = ImportedAgain("", is_in=False, sale="", sentence="SHP-9 is not here.")
    lists = (proof_lists.shipment_numbers(shop.source, import_one=lambda number: nothing),)
    monkeypatch.setattr(works, "lists_of", lambda connection_id: lists)
    shop.clock.advance(300)
    return shop


def day(shop: Shop) -> str:
    return shop.clock.now().date().isoformat()


def made(shop: Shop, client) -> GapProof:
    proof = GapProof.objects.order_by("id").last()
    GapProof.objects.filter(pk=proof.pk).update(until=shop.clock.now())
    works.do_here(proof.work_id, clock=shop.clock, told=lambda card: None)
    return proof


def test_it_is_started_watched_and_says_what_it_found(sold, sign_in):
    client = sign_in("manager")
    assert "No proof yet" in page(client.get("/office/gap-proof/"))
    asked = client.post("/office/gap-proof/make/", {"first": "2026-01-01", "last": day(sold)}, follow=True)
    shown = page(asked)
    assert 'hx-trigger="every 2s"' in shown
    assert "/cancel/" in shown
    proof = made(sold, client)
    over = page(client.get(f"/office/gap-proof/{proof.pk}/"))
    assert "Complete. Amazon named 1 number: 1 imported. No gaps." in over
    assert "hx-trigger" not in over
    assert "No gaps." in page(client.get("/office/gap-proof/"))
    assert "S-000001" in page(client.get(f"/office/gap-proof/{proof.pk}/?standing=imported"))


def test_a_day_that_is_still_to_come_is_refused_beside_its_field(sold, sign_in):
    answer = sign_in("manager").post("/office/gap-proof/make/", {"first": "2999-01-01", "last": "2999-01-02"})
    assert answer.status_code == 422
    assert "2999-01-01 has only just begun or is still to come." in page(answer)
    assert not GapProof.objects.exists()


def test_a_missing_number_has_the_button_that_imports_it(sold, sign_in):
    client = sign_in("manager")
    client.post("/office/gap-proof/make/", {"first": "2026-01-01", "last": day(sold)})
    proof = made(sold, client)
    GapNumber.objects.update(standing="missing")
    GapProof.objects.update(counts={"missing": 1})
    assert "Import 1 missing one" in page(client.get(f"/office/gap-proof/{proof.pk}/"))
    shown = page(client.post(f"/office/gap-proof/{proof.pk}/import/", follow=True))
    assert "Import 1 missing of gap proof" in shown
    GapNumber.objects.update(standing="imported")
    again = page(client.post(f"/office/gap-proof/{proof.pk}/import/", follow=True))
    assert "names nothing that is missing" in again


def test_it_is_cancelled_with_a_button(sold, sign_in):
    client = sign_in("manager")
    client.post("/office/gap-proof/make/", {"first": "2026-01-01", "last": day(sold)})
    work = Work.objects.get()
    shown = page(client.post(f"/office/work/{work.pk}/cancel/", follow=True))
    assert "It stops before its next step." in shown
    assert Work.objects.get().state == "cancelled"
    again = page(client.post(f"/office/work/{work.pk}/cancel/", follow=True))
    assert f"Work {work.pk} is over already (cancelled)." in again


def test_a_number_that_is_no_proof_is_told(sold, sign_in):
    answer = sign_in("manager").get("/office/gap-proof/77/")
    assert (answer.status_code, "There is no gap proof 77." in page(answer)) == (404, True)
