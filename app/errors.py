"""Errors of the application: each has a stable code and says what to do next.

HTTP status numbers do not belong here: `app.problems` alone knows them. Messages carry ids, file names, rows and
columns, never a name, an address or a coordinate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """Something wrong with a data set, where a spreadsheet shows it: the heading is row 1.

    `row` is None when the whole file is meant, `column` when the whole row is.
    """

    file: str
    row: int | None
    column: str | None
    message: str
    action: str

    def __str__(self) -> str:
        row = "" if self.row is None else f", row {self.row}"
        column = "" if self.column is None else f", column {self.column}"
        return f"{self.file}{row}{column}: {self.message}"


class AppError(Exception):
    """Root of the application's errors."""

    code = "app-error"
    action = "Report this to the people who run the service."


class ImportRejected(AppError, ValueError):
    """A data set was not taken; `faults` lists everything wrong with it, and nothing was stored."""

    code = "import-rejected"
    action = "Correct the rows named in the faults and import again."
    what = "the data set"

    def __init__(self, faults: Sequence[RowFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{len(self.faults)} fault(s) in {self.what}; the first: {self.faults[0]}")

    def __reduce__(self) -> tuple[type[ImportRejected], tuple[tuple[RowFault, ...]]]:
        """Let the error travel between processes."""
        return type(self), (self.faults,)


class AnswersRejected(ImportRejected):
    """A file of people's answers was not taken; `faults` lists everything wrong with it, and nothing was taken down."""

    code = "answers-rejected"
    action = "Nothing was taken down. Correct the rows named in the faults and hand the file in again."
    what = "the answers"


class ImportCrashed(AppError):
    """The process that read a data set died, or took too long."""

    code = "import-crashed"
    action = "Nothing was stored. Fill in a fresh template; if that fails too, report the correlation id."


class RatesUnreadable(AppError, ValueError):
    """A file of rates is missing or has faults, or a rate has no value on the day."""

    code = "rates-unreadable"
    action = "Correct the values named; docs/reference/costs.md lists them all."


class TermsUnreadable(AppError, ValueError):
    """Providers' terms name a provider or a term that does not exist, or hold something else than numbers."""

    code = "terms-unreadable"
    action = "Write terms as docs/reference/proposals.md shows, with providers by their ids."


class ProposalUnready(AppError):
    """A proposal cannot take the step that was asked for yet, or not any more."""

    code = "proposal-unready"
    action = "Read the proposal: its status, version and votes say what is missing."


class PeopleUnasked(ProposalUnready):
    """A proposal would move people who have not been asked and agreed."""

    code = "people-unasked"
    action = "Ask whom `rota proposals ask-list` (GET /v1/consents/ask-list) lists; `consents` takes their answers."


class WavesUnjudged(ProposalUnready):
    """A transition is to be completed though not every wave was judged to go on."""

    code = "waves-unjudged"
    action = "Judge the waves named, or say in a note why the transition ends without them."


class NothingPublished(ProposalUnready):
    """A wave cannot be judged: no rota of its days was published."""

    code = "nothing-published"
    action = "Publish the rotas of those days, or over HTTP give what they show."


class FiguresUnusable(AppError, ValueError):
    """Figures given to judge a wave leave a provider out, or name one that the proposal does not know."""

    code = "figures-unusable"
    action = "Give the hours of each provider of the proposal, and of no other."


class ImportRemoves(AppError):
    """The import would make records disappear, and nobody has agreed to that."""

    code = "import-removes"
    action = "Look at the differences; if they are meant, import again with --yes (over HTTP: removals=allowed)."


class MappingUnreadable(AppError, ValueError):
    """A mapping is not in the form expected, or names sheets or columns that do not exist."""

    code = "mapping-unreadable"
    action = "Start from what `rota mapping guess` writes; see docs/explanation/data-in-and-out.md."


class BackupRefused(AppError, ValueError):
    """A backup is damaged, was tampered with, has another passphrase, or belongs to another kind of database."""

    code = "backup-refused"
    action = "Nothing was changed. Give a whole backup, its passphrase, and a database of the same kind."


class WouldOverwrite(AppError):
    """A backup would be restored over what is there, or written over a file."""

    code = "would-overwrite"
    action = "Nothing was changed. Choose an empty place, or say --overwrite."


class NotFound(AppError, LookupError):
    """No record has the id that was asked for."""

    code = "not-found"
    action = "Check the id, and that it belongs to this area."


class AreaNotFound(NotFound):
    """No data set of that name has been imported."""

    code = "area-not-found"
    action = "Import the data set of the area first."


class MappingNotFound(NotFound):
    """No mapping of that name has been saved."""

    code = "mapping-not-found"
    action = "List the mappings, or save one: rota mapping save NAME FILE."


class PersonNotFound(NotFound):
    """Nothing is stored about a client or carer of that id."""

    code = "person-not-found"
    action = "Check the id and the area. Of who was erased, nothing is left to find."


class RotaNotFound(NotFound):
    """There is no such plan or version, or none is published for that area and day."""

    code = "rota-not-found"
    action = (
        "Plan the day first (`rota optimise`, or `rota compare` for plans A, C and D; POST /v1/optimisations) and "
        "publish the plan (`rota rota publish`), or ask for another day."
    )


class DraftNotFound(NotFound):
    """There is no such draft of a rota, or it is not the caller's."""

    code = "draft-not-found"
    action = "List the drafts, or make one from a plan or from the published rota."


class DraftChanged(AppError):
    """Somebody else changed or published the draft in the meantime."""

    code = "draft-changed"
    action = "Read the draft as it is now, and make the change again if it is still wanted."


class RotaMovedOn(AppError):
    """Another version was published after the draft was made, and the two do not go together."""

    code = "rota-moved-on"
    action = "Drop the draft (`rota rota drop`) and make the changes in one of the version that is published now."


class ChangeRefused(AppError):
    """A change by hand that cannot be made on the draft as it is."""

    code = "change-refused"
    action = "Read the draft: the detail says what stands in the way, such as a lock or a visit that is in no run."


class EditorFailed(AppError):
    """The process that changes rotas and scores zones by hand died, or took too long."""

    code = "editor-failed"
    action = "Ask again; if that fails too, report the correlation id to the people who run the service."


class PublicationRefused(AppError):
    """A draft that must not be published; `faults` are pairs of where and what is wrong."""

    code = "publication-refused"
    action = "Correct what the faults name, or acknowledge the time-critical visits that are left out by name."

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{len(self.faults)} reason(s) not to publish; the first: {self.faults[0][1]}")


class NetworkMissing(AppError):
    """No road network is loaded for the area."""

    code = "network-missing"
    action = "Load a road network that covers the area."


class PlacesMissing(AppError):
    """No postcodes and no UPRNs have been loaded."""

    code = "places-missing"
    action = "Load places first: rota places load FILE."


class NothingToPlan(AppError):
    """The area has no visits or no shifts on the day."""

    code = "nothing-to-plan"
    action = "Import visits and shifts for the day; those of the demo go on after its first with `rota demo --week`."


class DatasetChanged(AppError):
    """The area's data set was imported again while a search ran on the one before."""

    code = "dataset-changed"
    action = "Nothing was stored. Ask for it again, to plan with the data set as it is now."


class Unauthenticated(AppError):
    """No key was given, or it is unknown, expired or revoked."""

    code = "unauthenticated"
    action = "Send a valid key."


class NotPermitted(AppError):
    """The key is good, but not for what was asked."""

    code = "not-permitted"
    action = "Ask for a key with the scope that this needs."


class VoteRefused(NotPermitted):
    """A provider endorses or declines what it takes no part in."""

    code = "vote-refused"
    action = "Comment, or vote on a swap that the provider takes part in."


class OwnProposal(NotPermitted):
    """Whoever had a hand in a proposal wants to adopt it."""

    code = "own-proposal"
    action = "Let a commissioner adopt it who has drafted, revised and shared no version of it."


class SignInFailed(AppError):
    """Somebody came to sign in and was not recognised, or not invited."""

    code = "sign-in-failed"
    action = "Begin again at /sign-in, or ask an administrator for an invitation or a link."


class CrossSite(AppError):
    """A browser was made to send a change by a page of another site."""

    code = "cross-site"
    action = "Make the change on the pages of this service, or use a key."


class WeakSecret(AppError):
    """The secret of the installation could be guessed or read by others."""

    code = "weak-secret"
    action = "Set ROTA_SECRET to 64 random characters, or take the file's permissions from everybody else (chmod 600)."


class PurposeNeeded(NotPermitted):
    """Rows about people were asked for without saying for what purpose."""

    code = "purpose-needed"
    action = "Send the purpose in the header X-Purpose; docs/explanation/access.md lists the words it takes."


class RoleMismatch(AppError, ValueError):
    """A role was to be held for a provider though it is held for none, or the other way round."""

    code = "role-mismatch"
    action = "Name a provider for a coordinator or a carer feed, and for nobody else."


class QueueFull(AppError):
    """As many optimisations wait as the installation allows."""

    code = "queue-full"
    action = "Wait until some are done, or cancel one, and ask again."


class IdempotencyConflict(AppError):
    """An `Idempotency-Key` came with another request before."""

    code = "idempotency-conflict"
    action = "Send the request as it was the first time, or use a key of its own."


class TooManyRequests(AppError):
    """An address or a caller asks more often than the installation allows."""

    code = "too-many-requests"
    action = "Wait as many seconds as the header Retry-After says, and ask less often."

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(message)


class AuditFull(AppError):
    """So many entries of the audit could not be stored that no more are taken."""

    code = "audit-full"
    action = "Make the database writable again; what waits is stored then."


class AuditBroken(AppError):
    """The audit is not what it was when it was written."""

    code = "audit-broken"
    action = "Keep the database as it is for whoever looks into it, and compare it with the last backup and export."


class AlreadyEnded(AppError):
    """The optimisation is done, failed or cancelled, so it cannot be cancelled."""

    code = "already-ended"
    action = "Read its result; there is nothing to cancel."


class OptimisationCrashed(AppError):
    """The process that carried out an optimisation died, or was interrupted too often."""

    code = "optimisation-crashed"
    action = "Ask for it again; if that fails too, report the correlation id to the people who run the service."


class OptimisationTooLong(AppError):
    """An optimisation took longer than the installation allows, and was stopped."""

    code = "optimisation-too-long"
    action = "Ask for fewer iterations, seeds or seconds."


class DatabaseUnavailable(AppError):
    """The database cannot be reached."""

    code = "database-unavailable"
    action = "Try again in a minute."


class PlanUnreadable(AppError, ValueError):
    """A plan file is missing, is not JSON, or is not a plan."""

    code = "plan-unreadable"
    action = "Give a plan as `rota rota export` writes it."


class LocksUnreadable(AppError, ValueError):
    """What zones have to respect names areas or providers that do not exist, or is not in the form expected; `faults`
    are pairs of where and what is wrong, all of them."""

    code = "zone-locks-unreadable"
    action = "Name small areas and providers as a zone proposal does; see docs/reference/zones.md."

    def __init__(self, message: str, faults: Sequence[tuple[str, str]] = ()) -> None:
        self.faults = tuple(faults)
        super().__init__(message)


class ZonesUnreadable(AppError, ValueError):
    """A file of zones is missing, is neither GeoJSON nor GeoPackage, or leaves small areas out."""

    code = "zones-unreadable"
    action = "Give polygons that cover every small area, one feature or several with one `zone` number per zone."
