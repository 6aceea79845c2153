"""What has been agreed: alliances of providers, contracts with the partnership, and clients' packages of care.

The field names are the column names, as in `app.dataset`. Days are the first and the last, both included.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

LATE_MINUTES = 15
"""A visit that starts so much later than planned is late where its contract says nothing: usual in contracts."""


class ServiceKind(StrEnum):
    """What a package of care is for."""

    PERSONAL = "personal"
    NON_PERSONAL = "non_personal"


@dataclass(frozen=True, slots=True, kw_only=True)
class AllianceRow:
    """alliances.csv. Providers that work as one, under one agreement."""

    alliance_id: str
    name: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllianceMemberRow:
    """alliance_members.csv. A provider is in an alliance from the first day to the last."""

    alliance_id: str
    provider_id: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRow:
    """contracts.csv. The partnership pays a provider for care. `late_minutes` late is late under this contract."""

    contract_id: str
    provider_id: str
    name: str
    valid_from: date | None
    valid_to: date | None
    late_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageRow:
    """packages.csv. One support element of a client, with its own option of Self-directed Support.

    `sds_option` None means the client's; one element of option 1 or 2, or `choice_locked`, pins the client's provider
    while the element has visits. `reablement` None means not known.
    """

    package_id: str
    client_id: str
    service: ServiceKind
    sds_option: int | None
    choice_locked: bool
    weekly_minutes: int | None
    reablement: bool | None
    valid_from: date | None
    valid_to: date | None
