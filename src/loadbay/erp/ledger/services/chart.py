"""The chart of accounts: which there are, what each is for, adding and changing them.

An account with entries is never deleted; it can be blocked, and its role can be given to another one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction

from loadbay.core.errors import NotFound
from loadbay.erp.ledger.models import Account
from loadbay.erp.ledger.rules import ROLES, AccountNotUsable, Chart
from loadbay.journal.services import note

_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9._-]{0,19}")
KINDS = dict(Account.Kind.choices)


@dataclass(frozen=True)
class WantedAccount:
    """What a person wants of an account; `role` empty: none."""

    number: str
    name: str
    kind: str
    role: str = ""
    is_blocked: bool = False
    takes_payments: bool = False
    """Whether a person may register payments to it."""


def chart() -> Chart:
    """Role → account, read once per batch."""
    return Chart(dict(Account.objects.filter(role__isnull=False).values_list("role", "pk")))


def accounts_by_number(numbers: set[str]) -> dict[str, int]:
    """The accounts that may be posted to, by number."""
    rows = Account.objects.filter(number__in=numbers, is_blocked=False)
    return dict(rows.values_list("number", "pk"))


@transaction.atomic
def add_account(wanted: WantedAccount) -> None:
    """Raises `AccountNotUsable` when the number is taken or a value cannot be kept."""
    checked = _checked(wanted)
    if Account.objects.filter(number=checked.number).exists():
        raise AccountNotUsable(f"Account {checked.number} is there already. Change it instead.")
    _take_role(checked)
    try:
        with transaction.atomic():
            Account.objects.create(**_columns(checked))
    except IntegrityError:
        raise AccountNotUsable(f"Account {checked.number} is there already. Change it instead.") from None
    note(f"account:{checked.number}", f"Added as {checked.name}.", what="setting")


@transaction.atomic
def change_account(wanted: WantedAccount) -> None:
    """Change name, kind, role, whether it is blocked and whether it takes payments.

    A role goes over from the account that had it.
    """
    checked = _checked(wanted)
    list(Account.objects.select_for_update().order_by("id"))
    row = Account.objects.filter(number=checked.number).first()
    if row is None:
        raise NotFound(f"There is no account {checked.number}.")
    if row.role and row.role != checked.role:
        raise AccountNotUsable(
            f"{row.number} is for {ROLES[row.role]}. Give that role to another account; it goes over."
        )
    if row.role and checked.is_blocked:
        raise AccountNotUsable(f"{row.number} is needed for {ROLES[row.role]} and cannot be blocked.")
    _take_role(checked)
    Account.objects.filter(pk=row.pk).update(**_columns(checked))
    note(f"account:{checked.number}", "Changed.", what="setting")


def _take_role(wanted: WantedAccount) -> None:
    if wanted.role:
        Account.objects.filter(role=wanted.role).exclude(number=wanted.number).update(role=None)


def _checked(wanted: WantedAccount) -> WantedAccount:
    number, name = wanted.number.strip().upper(), " ".join(wanted.name.split())
    if not _NUMBER.fullmatch(number):
        raise AccountNotUsable(
            f"Account number {wanted.number[:40]!r}: use up to 20 letters, digits, like 4000."
        )
    if not name or len(name) > 60:
        raise AccountNotUsable("The name of an account has 1 to 60 characters.")
    if wanted.kind not in KINDS:
        raise AccountNotUsable(f"Kind {wanted.kind[:40]!r} is not known. Use one of: {', '.join(KINDS)}.")
    if wanted.role and wanted.role not in ROLES:
        raise AccountNotUsable(f"Role {wanted.role[:40]!r} is not known. Use one of: {', '.join(ROLES)}.")
    if wanted.role and wanted.is_blocked:
        raise AccountNotUsable(f"{number} is to have a role and to be blocked. Only one of both is possible.")
    if wanted.takes_payments and (wanted.kind != Account.Kind.ASSET or wanted.role):
        raise AccountNotUsable(
            f"{number} cannot take payments: only an account of kind asset without a role, such as a bank "
            "account or a till, can. Leave it out, or take another account."
        )
    return replace(wanted, number=number, name=name)


def _columns(wanted: WantedAccount) -> dict[str, object]:
    return {
        "number": wanted.number,
        "name": wanted.name,
        "kind": wanted.kind,
        "role": wanted.role or None,
        "is_blocked": wanted.is_blocked,
        "takes_payments": wanted.takes_payments,
    }
