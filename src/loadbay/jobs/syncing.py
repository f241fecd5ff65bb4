"""What `loadbay sync` does in a turn: the rounds of `rounds`, in the order in which one leads to the next.

Each step counts truthfully: what was declined, refused or did not print is never counted as done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from loadbay.channels.queries import ChannelCard, channel, channels, connections, has_shipments
from loadbay.dispatch import backlog as dispatch
from loadbay.jobs import rounds
from loadbay.jobs.turns import Due, Outcome, Setback, Step, Synced, run
from loadbay.listings import backlog as listings
from loadbay.listings.services.sending import take_turn
from loadbay.listings.services.submissions import look_now, next_look
from loadbay.orders import backlog as orders
from loadbay.orders import readers
from loadbay.orders.order_readers import reads_orders

NAMES = (
    *("orders_new", "orders_changed"),
    *("shipments_new", "shipments_changed", "shipments_set_aside", "sales_built", "sales_covered"),
    *("shipments_answered", "answers_declined", "labels_made", "labels_declined", "labels_printed"),
    *("prints_failed", "told_shipped", "buyers_found", "listings_submitted", "listings_refused"),
    *("listings_linked", "listings_changed", "changes_refused", "stock_told", "stock_refused"),
    *("prices_told", "prices_refused"),
    *("documents_made", "documents_released", "documents_posted", "documents_cancelled"),
    *("documents_credited", "documents_declined"),
)
_MOST_NAMED = 5
Channelled = Callable[[ChannelCard], Outcome]


def sync(*, code: str | None, until_idle: bool) -> Synced:
    """Ask Amazon what is new and do what is due, of one sales channel's connection or of all."""
    cards = [channel(code)] if code else list(channels())
    for card in cards:
        look_now(card.id)
        take_turn(card.id)
    return run(ShopPlan(cards), clock=rounds.CLOCK, until_idle=until_idle)


class ShopPlan:
    """All work of some channels and of their connections. Implements `turns.Plan`."""

    names = NAMES

    def __init__(self, cards: Iterable[ChannelCard]) -> None:
        self._cards = list(cards)
        mine = {card.connection_id for card in self._cards}
        self._names = {card.id: card.name for card in connections() if card.id in mine}

    def steps(self) -> Iterator[Step]:
        working = self._working()
        for connection_id in working:
            yield from self._reading(connection_id)
        for connection_id in working:
            yield from self._of_connection(connection_id)
        for card in self._cards:
            if card.connection_id in working:
                yield from _of_channel(card)
        for erp in sorted({card.erp for card in self._cards}):
            yield Step("hand over", erp, f"erp:{erp}", partial(_hand_over, erp))
        for job_id in rounds.prints_due():
            yield Step("print", str(job_id), f"print:{job_id}", partial(_print, job_id))

    def standing(self) -> tuple[Setback, ...]:
        stopped = [card for card in connections() if card.id in self._names and not card.is_working]
        found = [Setback("connection", c.name, "misconfigured", c.stopped_because) for c in stopped]
        for connection_id in self._working():
            found += _put_off(connection_id)
        for card in self._cards:
            if card.connection_id in self._working():
                found += _put_off_of_channel(card)
        found += [Setback("print", job, "retryable", why, at) for job, why, at in dispatch.put_off_prints()]
        return tuple(found)

    def later(self) -> tuple[Due, ...]:
        looks = [(card.code, next_look(card.id, submissions=False)) for card in self._cards]
        return tuple(Due("follow listings", code, at) for code, at in looks if at is not None)

    def _working(self) -> list[int]:
        return sorted(card.id for card in connections() if card.id in self._names and card.is_working)

    def _reading(self, connection_id: int) -> Iterator[Step]:
        if reads_orders(connection_id):
            work = _guarded(connection_id, partial(_read_orders, connection_id))
            subject = f"orders of {self._names[connection_id]}"
            yield Step("read orders", subject, f"orders:{connection_id}", work, connection_id, is_once=True)
        for status in (
            (*readers.NEW_STATUSES, *readers.OTHER_STATUSES) if has_shipments(connection_id) else ()
        ):
            work = _guarded(connection_id, partial(_read, connection_id, status))
            lock, subject = f"read:{connection_id}:{status}", f"{status} of {self._names[connection_id]}"
            yield Step("read shipments", subject, lock, work, connection_id, is_once=True)

    def _of_connection(self, connection_id: int) -> Iterator[Step]:
        def step(name: str, lock: str, work: Callable[[int], Outcome]) -> Step:
            guarded = _guarded(connection_id, partial(work, connection_id))
            return Step(name, self._names[connection_id], f"{lock}:{connection_id}", guarded, connection_id)

        yield step("build sales", "build", _build)
        yield step("answer", "answer", _answer)
        for pk in rounds.labels_due(connection_id):
            work = _guarded(connection_id, partial(_label, pk))
            yield Step("label", dispatch.number_of("field_call_id", pk), f"label:{pk}", work, connection_id)
        yield step("tell shipped", "tell", _tell)
        yield step("find buyers", "buyers", _find_buyers)


def _of_channel(card: ChannelCard) -> Iterator[Step]:
    works: tuple[tuple[str, str, Channelled], ...] = (
        ("submit listings", "submit", _submit),
        ("follow listings", "follow", _follow),
        ("change listings", "change", _change),
        ("mark listings", "mark", _mark),
        ("send stock", "stock", _send_stock),
        ("send prices", "prices", _send_prices),
    )
    for name, lock, work in works:
        guarded = _guarded(card.connection_id, partial(work, card))
        yield Step(name, card.code, f"{lock}:{card.id}", guarded, card.connection_id)


def _guarded(connection_id: int, work: Callable[[], Outcome]) -> Callable[[], Outcome]:
    """A wrong key or right stops the connection with its alert, as in a worker."""
    return lambda: rounds.stopping_on_misconfigured(connection_id, work)


# --- the work of each step, counted ---


def _read(connection_id: int, status: str) -> Outcome:
    read = rounds.read_shipments(connection_id, status)
    new, changed, aside = read.new, read.changed, read.set_aside
    return Outcome({"shipments_new": new, "shipments_changed": changed, "shipments_set_aside": aside})


def _read_orders(connection_id: int) -> Outcome:
    read = rounds.read_orders(connection_id)
    new, changed, aside = read.new, read.changed, read.set_aside
    return Outcome({"orders_new": new, "orders_changed": changed, "shipments_set_aside": aside})


def _build(connection_id: int) -> Outcome:
    mark = orders.newest_sale()
    covered = rounds.build(connection_id)
    return Outcome({"sales_built": orders.sales_since(mark, connection_id), "sales_covered": covered})


def _answer(connection_id: int) -> Outcome:
    answered = rounds.answer(connection_id)
    refused = tuple(Setback("answer", *entry[:1], "rejected", *entry[1:]) for entry in answered.declined)
    return Outcome({"shipments_answered": answered.done, "answers_declined": len(refused)}, refused)


def _hand_over(erp: str) -> Outcome:
    report = rounds.hand_over(erp)
    declined = tuple(Setback("hand over", sale, "rejected", words) for sale, words in report.declined)
    steps = ("made", "released", "posted", "cancelled", "credited")
    done = {f"documents_{step}": report.done[step] for step in steps}
    return Outcome(done | {"documents_declined": len(declined)}, declined)


def _label(field_call_id: int) -> Outcome:
    rounds.label(field_call_id)
    found = dispatch.label_standing(field_call_id)
    if found.state == "made":
        return Outcome({"labels_made": 1})
    if found.state == "declined":
        return Outcome({"labels_declined": 1}, (Setback("label", found.number, "rejected", found.problem),))
    return Outcome()


def _print(job_id: int) -> Outcome:
    rounds.print_label(job_id)
    found = dispatch.print_standing(job_id)
    if found.state == "printed":
        return Outcome({"labels_printed": 1})
    if found.state in {"failed", "unclear"}:
        kind = "rejected" if found.state == "failed" else "unclear"
        return Outcome({"prints_failed": 1}, (Setback("print", found.number, kind, found.problem),))
    return Outcome()


def _tell(connection_id: int) -> Outcome:
    return Outcome({"told_shipped": rounds.tell_shipped_counted(connection_id)[0]})


def _find_buyers(connection_id: int) -> Outcome:
    return Outcome({"buyers_found": rounds.find_buyers(connection_id)})


def _submit(card: ChannelCard) -> Outcome:
    sent = rounds.submit_listings(card.id)
    done = {"listings_submitted": sent.told, "listings_refused": sent.refused}
    if not sent.refused:
        return Outcome(done)
    skus = listings.refused_listings(card.id)
    named = ", ".join(skus[:_MOST_NAMED]) + (" and others" if len(skus) > _MOST_NAMED else "")
    sentence = f"Amazon refused {named}; each listing shows what Amazon names."
    return Outcome(done, (Setback("submit listings", card.code, "rejected", sentence),))


def _follow(card: ChannelCard) -> Outcome:
    return Outcome({"listings_linked": rounds.follow_listings(card.id).linked})


def _change(card: ChannelCard) -> Outcome:
    sent = rounds.change_listings(card.id)
    return Outcome({"listings_changed": sent.told, "changes_refused": sent.refused})


def _mark(card: ChannelCard) -> Outcome:
    """Counted is what is sent of it."""
    for _ in rounds.mark_listings(card.id):
        pass
    return Outcome()


def _send_stock(card: ChannelCard) -> Outcome:
    sent = rounds.send_stock(card.id)
    return Outcome({"stock_told": sent.told, "stock_refused": sent.refused})


def _send_prices(card: ChannelCard) -> Outcome:
    sent = rounds.send_prices(card.id)
    return Outcome({"prices_told": sent.told, "prices_refused": sent.refused})


# --- what is put off, from the tables ---


def _put_off(connection_id: int) -> Iterator[Setback]:
    for step, rows in (
        ("answer", orders.put_off_answers(connection_id)),
        ("label", dispatch.put_off_labels(connection_id)),
        ("tell shipped", dispatch.put_off_tellings(connection_id)),
    ):
        for subject, why, at in rows:
            yield Setback(step, subject, "retryable", why, at)


def _put_off_of_channel(card: ChannelCard) -> Iterator[Setback]:
    for subject, why, at, is_declined in listings.put_off_figures(card.id):
        yield Setback("send stock", subject, "rejected" if is_declined else "retryable", why, at)
    for sku, why, at in listings.put_off_prices(card.id):
        yield Setback("send prices", sku, "rejected", why, at)
    for sku, why, at in listings.put_off_changes(card.id):
        kind, words = ("rejected", why) if why else ("retryable", "Amazon has not taken the change yet.")
        yield Setback("change listings", sku, kind, words, at)
    for sku, at in listings.put_off_submissions(card.id):
        yield Setback("submit listings", sku, "retryable", "Amazon has not taken the submission yet.", at)
