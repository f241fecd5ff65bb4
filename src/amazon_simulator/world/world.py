"""The one door to the pretend Amazon: commands go in one at a time, each at its moment, and are journalled.

A command that is refused changes nothing and is not journalled. Reading goes through `look`, under the same
lock. Where the journal is kept is not known here: a `Journal` is passed in.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import RLock
from typing import Any, Protocol

from amazon_simulator.world import (
    accounts,
    baskets,
    buying,
    carriers,
    confirming,
    fba,
    fulfilling,
    grants,
    labelling,
    listings,
    onsite,
    order_commands,
    ordinary,
    parcels,
    returns,
    seller_central,
    settings,
    shipments,
    stock,
    story,
    telling,
)
from amazon_simulator.world import commands as c
from amazon_simulator.world import life_commands as life
from amazon_simulator.world.clock import Clock, to_the_millisecond
from amazon_simulator.world.memory import Memory
from amazon_simulator.world.settling import settle
from amazon_simulator.world.state import State

Handler = Callable[..., Any]

HANDLERS: dict[type[c.Command], Handler] = {
    c.MoveClock: settings.move_clock,
    c.SetSpeed: settings.set_speed,
    c.SetSwitches: settings.set_switches,
    c.ChangeLocation: settings.change_location,
    c.OpenLocation: settings.open_location,
    c.ChangeApplication: settings.change_application,
    c.ChangeSeller: settings.change_seller,
    c.TellStock: stock.tell,
    c.PlaceOrder: buying.place,
    c.PlaceMany: buying.place_many,
    c.CancelOrder: buying.cancel_order,
    c.CancelShipment: shipments.cancel_shipment,
    c.AssignStock: shipments.assign_stock,
    c.ConfirmShipment: shipments.confirm,
    c.RejectShipment: shipments.reject,
    c.CreateParcels: parcels.create,
    c.ChangeParcel: parcels.change,
    c.AskOptions: parcels.ask_options,
    c.MakeInvoice: shipments.make_invoice,
    c.MakeLabels: labelling.make_labels,
    c.TellParcelStatus: telling.tell_parcel_status,
    c.SendLorry: carriers.send_lorry,
    c.ScanShipment: carriers.scan,
    c.PutListing: listings.put,
    c.PatchListing: listings.patch,
    c.DeleteListing: listings.delete,
    c.HurryListings: listings.hurry,
    c.ConvertListing: onsite.convert,
    c.SeedListings: onsite.seed,
    order_commands.PlaceOrdinary: ordinary.place,
    order_commands.EndOrder: ordinary.end_order,
    order_commands.AskToCancel: ordinary.ask_to_cancel,
    order_commands.HurryOrder: ordinary.hurry,
    order_commands.SendInvoice: ordinary.send_invoice,
    order_commands.ConfirmPackage: confirming.confirm,
    order_commands.TellStorePickup: confirming.tell_store_pickup,
    order_commands.TellVerdict: confirming.tell_verdict,
    order_commands.CreateFbaItem: fba.create,
    order_commands.DeleteFbaItem: fba.delete,
    order_commands.AddFbaStock: fba.add,
    life.MissPickups: carriers.miss_pickups,
    life.ScanLabel: carriers.scan_label,
    life.PlanDelivery: carriers.plan_one_delivery,
    life.FulfilShipment: fulfilling.fulfil,
    life.ChangePickupDate: shipments.change_pickup_date,
    life.PublishInvoice: shipments.publish_invoice,
    life.OpenReturn: returns.open_return,
    life.MoveReturn: returns.move,
    life.FillBasket: baskets.fill,
    life.EmptyBasket: baskets.empty,
    life.EditListing: seller_central.edit,
    life.RemoveListing: seller_central.remove,
    life.RevertListing: seller_central.revert,
    life.UseOldPlatform: seller_central.use_old_platform,
    life.ChangeProduct: seller_central.change_product,
    order_commands.OpenSeller: accounts.open_seller,
    order_commands.RegisterApplication: accounts.register,
    order_commands.RotateSecret: accounts.rotate_secret,
    order_commands.GrantAccess: grants.grant,
    order_commands.RedeemCode: grants.redeem,
    life.BeginStory: story.begin,
}


class Journal(Protocol):
    """Keeps what was done, in order."""

    def write(self, moment: datetime, command: c.Command) -> None:
        """Keep one accepted command before anybody is told of it. Must have reached the operating system."""


class NoJournal:
    """For worlds that live in memory only."""

    def write(self, moment: datetime, command: c.Command) -> None:
        return


class World:
    """State, clock and journal behind one lock."""

    def __init__(self, state: State, *, clock: Clock, journal: Journal | None = None) -> None:
        self.memory = Memory(state)
        self._clock = clock
        self._journal: Journal = journal or NoJournal()
        self._lock = RLock()

    @property
    def state(self) -> State:
        return self.memory.state

    def now(self) -> datetime:
        """The virtual moment: the clock plus the offset, never earlier than what was already seen."""
        with self._lock:
            moment = to_the_millisecond(self._clock.now() + timedelta(seconds=self.state.offset_seconds))
            last = self.state.last_moment
            if last is not None and moment < last:
                return last
            self.state.last_moment = moment
            return moment

    def do(self, command: c.Command) -> Any:
        """Carry out one command now. Raises `Refused`, and then nothing has changed."""
        with self._lock:
            return self.do_at(self.now(), command)

    def do_at(self, moment: datetime, command: c.Command) -> Any:
        """Carry out a command at its own moment: the same, when a journal is read again."""
        with self._lock:
            settle(self.memory, now=moment)
            result = HANDLERS[type(command)](self.memory, command, now=moment)
            self.state.last_moment = moment
            self._journal.write(moment, command)
            return result

    def replay(self, moment: datetime, command: c.Command) -> None:
        """Carry out a command that is in the journal already."""
        settle(self.memory, now=moment)
        HANDLERS[type(command)](self.memory, command, now=moment)
        self.state.last_moment = moment

    def keep(self, journal: Journal) -> None:
        """From now on, write to this journal."""
        self._journal = journal

    @contextmanager
    def look(self) -> Iterator[Memory]:
        """Read with nothing moving meanwhile."""
        with self._lock:
            settle(self.memory, now=self.now())
            yield self.memory
