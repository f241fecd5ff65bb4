"""Builds the adapters from a connection's or channel's settings: the only file that knows them all.

Its rule: one client, token and budget per connection and process, made again when its settings change.
Screens, commands and jobs get ports from here and never import an adapter.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from threading import Lock

from loadbay.amazon.account import AmazonAccount
from loadbay.amazon.adapter import (
    AmazonAccountDesk,
    AmazonCatalogueDesk,
    AmazonConfirmationDesk,
    AmazonLabelDesk,
    AmazonListingDesk,
    AmazonOrderSource,
    AmazonShipmentDesk,
    AmazonShipmentSource,
    AmazonStockDesk,
    TemplateValues,
)
from loadbay.amazon.budget import RateBudget
from loadbay.amazon.caller import Caller
from loadbay.amazon.client import HttpClient
from loadbay.amazon.exchanges import ExchangeLog
from loadbay.amazon.rates import Priority
from loadbay.amazon.tokens import TokenKeeper
from loadbay.channels.marketplaces import MARKETPLACES
from loadbay.channels.models import Connection, SalesChannel
from loadbay.channels.ports import AccountDesk
from loadbay.core.clock import SystemClock
from loadbay.core.errors import Misconfigured, WrongInput
from loadbay.dispatch.models import Printer
from loadbay.dispatch.ports import ConfirmationDesk, LabelDesk, LabelPrinter
from loadbay.dispatch.print_rules import formats_of, raw_address
from loadbay.erp.ledger.adapter import LedgerDesk
from loadbay.journal.services import no_open_transaction, record_exchange
from loadbay.listings.ports import CatalogueDesk, ListingDesk, StockDesk
from loadbay.orders.erp_ports import ErpDesk
from loadbay.orders.ports import OrderSource, ShipmentDesk, ShipmentSource, StatusListener
from loadbay.printing.browser import BrowserPrinter
from loadbay.printing.folder import FolderPrinter
from loadbay.printing.formats import FittingPrinter
from loadbay.printing.raw_socket import RawSocketPrinter
from loadbay.webhooks.posting import PostingListener

# What External Fulfillment calls the channel of a programme (FBA: Amazon sells and collects).
_CHANNEL_NAMES = {"smartconnect": "FBA"}
_MERCHANT = "MFN"

_callers: dict[int, Caller] = {}
_template_values = TemplateValues()
_lock = Lock()


def account_desk(connection: Connection) -> AccountDesk:
    return AmazonAccountDesk(_caller(connection))


def shipment_source(connection: Connection) -> ShipmentSource:
    return AmazonShipmentSource(_caller(connection))


def shipment_desk(connection: Connection) -> ShipmentDesk:
    return AmazonShipmentDesk(_caller(connection))


def label_desk(connection: Connection) -> LabelDesk:
    return AmazonLabelDesk(_caller(connection))


def confirmation_desk(connection: Connection) -> ConfirmationDesk:
    return AmazonConfirmationDesk(_caller(connection))


def order_source(connection: Connection) -> OrderSource:
    return AmazonOrderSource(_caller(connection))


def catalogue_desk(channel: SalesChannel) -> CatalogueDesk:
    return AmazonCatalogueDesk(_channel_caller(channel))


def listing_desk(channel: SalesChannel) -> ListingDesk:
    caller = _channel_caller(channel)
    return AmazonListingDesk(caller, template_value=_template_values.through(AmazonCatalogueDesk(caller)))


def stock_desk(channel: SalesChannel) -> StockDesk:
    """For figures in no hurry; a batch with a sold-out SKU goes ahead by itself."""
    return AmazonStockDesk(_channel_caller(channel), _channel_name(channel))


def urgent_stock_desk(channel: SalesChannel) -> StockDesk:
    """For figures that went down: ahead of all other stock, prices and catalogue."""
    return AmazonStockDesk(_channel_caller(channel), _channel_name(channel), Priority.URGENT_STOCK)


def erp_desk(code: str) -> ErpDesk:
    """The books that a channel's sales are handed over to. Raises `Misconfigured` for those nobody built."""
    if code == "ledger":
        return LedgerDesk()
    raise Misconfigured(f"There is no ERP called {code}. Choose one on the sales channel.")


def printer_for(printer: Printer) -> LabelPrinter:
    """The driver of a printer, behind what that printer can print. Raises `Misconfigured`."""
    try:
        takes = frozenset(formats_of(printer.formats))
        return FittingPrinter(_driver(printer), name=printer.name, takes=takes)
    except WrongInput as refusal:
        raise Misconfigured(f"The printer {printer.name} is set up wrongly. {refusal.sentence}") from refusal


def _driver(printer: Printer) -> LabelPrinter:
    match Printer.Kind(printer.kind):
        case Printer.Kind.RAW:
            host, port = raw_address(printer.address)
            return RawSocketPrinter(host, port)
        case Printer.Kind.FOLDER:
            return FolderPrinter(Path(printer.address))
        case Printer.Kind.BROWSER:
            return BrowserPrinter(printer.name)


def forget_clients() -> None:
    """Let go of every client of this process; the next use makes them again."""
    with _lock:
        _callers.clear()
        _template_values.forget()


def _caller(connection: Connection) -> Caller:
    account = _account(connection)
    with _lock:
        known = _callers.get(connection.pk)
        if known is None or known.account != account:
            # The old client is not closed: another thread may be waiting for its answer.
            known = _callers[connection.pk] = _new_caller(account)
        return known


def _channel_caller(channel: SalesChannel) -> Caller:
    caller = _caller(channel.connection)
    store = MARKETPLACES[channel.marketplace]
    account = replace(
        caller.account,
        marketplace_id=store.marketplace_id,
        marketplace_country=store.country,
        currency=store.currency,
        language=store.language,
    )
    return replace(caller, account=account)


def _channel_name(channel: SalesChannel) -> str:
    return _CHANNEL_NAMES.get(channel.programme, _MERCHANT)


def _account(connection: Connection) -> AmazonAccount:
    return AmazonAccount(
        connection_id=connection.pk,
        name=connection.name,
        region=connection.region,
        seller_id=connection.seller_id,
        client_id=connection.client_id,
        client_secret=connection.client_secret,
        refresh_token=connection.refresh_token,
        endpoint=connection.endpoint,
        token_endpoint=connection.token_endpoint,
    )


def _new_caller(account: AmazonAccount) -> Caller:
    clock = SystemClock()
    client = HttpClient(account, clock=clock)
    exchanges = ExchangeLog(account, clock, record_exchange)
    return Caller(
        account=account,
        client=client,
        tokens=TokenKeeper(account, client=client, clock=clock, exchanges=exchanges),
        budget=RateBudget(account.connection_id, clock),
        clock=clock,
        exchanges=exchanges,
        guard=no_open_transaction,
    )


def status_listener(url: str, secret: str) -> StatusListener:
    return PostingListener(url, secret, clock=SystemClock(), record=record_exchange)
