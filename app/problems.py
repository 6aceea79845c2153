"""Every error as a problem document (RFC 9457). The only place that knows HTTP status numbers of errors.

Documents carry ids, counts and reasons, never a name, an address, a coordinate or a key. A failed optimisation keeps
its document in the database, so nothing here depends on the web.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from app import errors as app_errors
from app.errors import AppError, ImportRejected, LocksUnreadable, PublicationRefused
from geo import errors as geo_errors
from geo.errors import GazetteerUnreadable, GeoError, PlaceOffNetwork
from solver import errors as solver_errors
from solver.errors import InvalidProblem, PlanRejected, SolverError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_FAULTS = 200
"""Faults listed in one document; the detail says how many there are."""

EXPECTED = (AppError, GeoError, SolverError)
"""The roots of the errors that may be told to the caller in their own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is always the same about one code."""

    code: str
    status: int
    title: str
    action: str


class Row(NamedTuple):
    """How an error class is answered over HTTP."""

    status: int
    title: str


ROWS: Mapping[type[Exception], Row] = {
    app_errors.AppError: Row(500, "The service made a mistake"),
    app_errors.ImportRejected: Row(422, "The data set has faults"),
    app_errors.AnswersRejected: Row(422, "The answers have faults"),
    app_errors.ImportCrashed: Row(500, "The import crashed"),
    app_errors.ImportRemoves: Row(409, "The import would remove records"),
    app_errors.MappingUnreadable: Row(422, "The mapping cannot be read"),
    app_errors.BackupRefused: Row(422, "The backup cannot be restored"),
    app_errors.WouldOverwrite: Row(409, "Something is there already"),
    app_errors.PlanUnreadable: Row(422, "The plan cannot be read"),
    app_errors.LocksUnreadable: Row(422, "The locks of zones cannot be read"),
    app_errors.ZonesUnreadable: Row(422, "The zones cannot be read"),
    app_errors.RatesUnreadable: Row(422, "The rates cannot be used"),
    app_errors.TermsUnreadable: Row(422, "The terms of providers cannot be used"),
    app_errors.ProposalUnready: Row(409, "The proposal is not ready for that"),
    app_errors.PeopleUnasked: Row(409, "People are still to be asked"),
    app_errors.WavesUnjudged: Row(409, "Waves are still to be judged"),
    app_errors.NothingPublished: Row(409, "No rota was published"),
    app_errors.FiguresUnusable: Row(422, "The figures cannot be used"),
    app_errors.NotFound: Row(404, "There is no such record"),
    app_errors.AreaNotFound: Row(404, "There is no such area"),
    app_errors.MappingNotFound: Row(404, "There is no such mapping"),
    app_errors.PersonNotFound: Row(404, "There is no such person"),
    app_errors.RotaNotFound: Row(404, "There is no such rota"),
    app_errors.DraftNotFound: Row(404, "There is no such draft"),
    app_errors.DraftChanged: Row(409, "The draft has changed meanwhile"),
    app_errors.RotaMovedOn: Row(409, "The rota has moved on"),
    app_errors.ChangeRefused: Row(409, "The change cannot be made"),
    app_errors.EditorFailed: Row(503, "What was asked could not be carried out"),
    app_errors.PublicationRefused: Row(409, "The draft must not be published"),
    app_errors.NetworkMissing: Row(409, "The area has no road network"),
    app_errors.PlacesMissing: Row(409, "No places have been loaded"),
    app_errors.NothingToPlan: Row(409, "There is nothing to plan"),
    app_errors.DatasetChanged: Row(409, "The data set has changed meanwhile"),
    app_errors.IdempotencyConflict: Row(409, "The key belongs to another request"),
    app_errors.AlreadyEnded: Row(409, "The optimisation has ended"),
    app_errors.Unauthenticated: Row(401, "A valid key is needed"),
    app_errors.NotPermitted: Row(403, "The key does not open this"),
    app_errors.VoteRefused: Row(403, "The provider has no such vote"),
    app_errors.OwnProposal: Row(403, "Nobody adopts their own proposal"),
    app_errors.SignInFailed: Row(403, "The sign-in failed"),
    app_errors.CrossSite: Row(403, "The request came from another site"),
    app_errors.WeakSecret: Row(500, "The installation has no good secret"),
    app_errors.PurposeNeeded: Row(403, "A purpose is needed"),
    app_errors.TooManyRequests: Row(429, "Too many requests"),
    app_errors.AuditFull: Row(503, "The audit cannot be kept"),
    app_errors.AuditBroken: Row(500, "The audit does not hold"),
    app_errors.RoleMismatch: Row(422, "The role does not fit"),
    app_errors.QueueFull: Row(429, "Too many optimisations wait"),
    app_errors.OptimisationCrashed: Row(500, "The optimisation crashed"),
    app_errors.OptimisationTooLong: Row(504, "The optimisation took too long"),
    app_errors.DatabaseUnavailable: Row(503, "The database cannot be reached"),
    geo_errors.GeoError: Row(500, "The geography cannot be used"),
    geo_errors.SpeedsUnreadable: Row(422, "The table of speeds has faults"),
    geo_errors.ClosureUnknown: Row(422, "The closure closes nothing"),
    geo_errors.TooFewJourneys: Row(409, "There are too few recorded journeys"),
    geo_errors.NetworkUnreadable: Row(422, "The road network cannot be read"),
    geo_errors.NetworkElsewhere: Row(422, "The road network lies elsewhere"),
    geo_errors.DownloadFailed: Row(502, "The roads could not be downloaded"),
    geo_errors.PlaceOffNetwork: Row(422, "Some places are off the road network"),
    geo_errors.TimetableUnreadable: Row(422, "The timetable has faults"),
    geo_errors.PointsUnreadable: Row(422, "The file of points has faults"),
    geo_errors.GazetteerUnreadable: Row(422, "The file of places cannot be read"),
    geo_errors.LandUnreadable: Row(422, "The file of land cannot be read"),
    solver_errors.SolverError: Row(500, "The search made a mistake"),
    solver_errors.InvalidProblem: Row(422, "The day cannot be planned as it is"),
    solver_errors.PlanRejected: Row(500, "The checker refused the plan"),
    solver_errors.SearchCrashed: Row(500, "A search crashed"),
    solver_errors.NoPlanFound: Row(500, "No plan was found in time"),
    solver_errors.SolveCancelled: Row(409, "The search was cancelled"),
}
"""Status and title of every error class; a test walks all subclasses."""

MALFORMED = Problem(
    code="malformed-request",
    status=422,
    title="The request is malformed",
    action="Correct the fields named in the faults; /openapi.json describes them.",
)
BUG = Problem(
    code="internal-error",
    status=500,
    title="The service made a mistake",
    action="Report the correlation id to the people who run the service.",
)
BODY_TOO_LARGE = Problem(
    code="body-too-large",
    status=413,
    title="The request body is too large",
    action="Send a shorter body; the limit is the setting ROTA_MAX_BODY_BYTES.",
)
WEB = {
    problem.status: problem
    for problem in (
        Problem(
            code="unknown-address",
            status=404,
            title="There is nothing at this address",
            action="Compare the address with /openapi.json.",
        ),
        Problem(
            code="method-not-allowed",
            status=405,
            title="This address does not take that method",
            action="Use a method that the Allow header names.",
        ),
        BODY_TOO_LARGE,
    )
}
"""What the web framework refuses by itself, by its status."""

HEADERS: Mapping[int, Mapping[str, str]] = {
    401: {"WWW-Authenticate": "Bearer"},
    429: {"Retry-After": "30"},
    503: {"Retry-After": "10"},
}
"""What an answer of a status carries besides its document."""


def problem_of(error: type[Exception]) -> Problem:
    """Give what is always the same about an error class; a class without a row is a bug."""
    row = ROWS.get(error)
    if row is None or not issubclass(error, EXPECTED):
        return BUG
    return Problem(code=error.code, status=row.status, title=row.title, action=error.action)


def document(problem: Problem, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever JSON can say
    """Give the document of a problem, with the members of this occurrence that are not None."""
    members = {name: value for name, value in more.items() if value is not None}
    return {
        "type": f"/problems/{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
        "action": problem.action,
        **members,
    }


def error_document(error: Exception, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever JSON can say
    """Give the document of an error; of a bug, nothing but that it happened."""
    problem = problem_of(type(error))
    if problem is BUG:
        return document(BUG, **more)
    return document(problem, detail=str(error), faults=_listed(error) or None, **more)


def _listed(error: Exception) -> list[dict[str, str]]:
    """List what is wrong one by one, each with its place and what to do."""
    faults: Iterable[tuple[str, str, str]] = ()
    if isinstance(error, ImportRejected):
        faults = (
            (str(fault).removesuffix(f": {fault.message}"), fault.message, fault.action) for fault in error.faults
        )
    elif isinstance(error, InvalidProblem):
        faults = ((fault.where, fault.message, fault.action) for fault in error.faults)
    elif isinstance(error, PlanRejected):
        faults = ((breach.shift or breach.visit or "", breach.message, error.action) for breach in error.breaches)
    elif isinstance(error, PlaceOffNetwork):
        faults = ((place, "too far from any road", error.action) for place in error.place_ids)
    elif isinstance(error, GazetteerUnreadable):
        faults = ((error.code, row, error.action) for row in error.rows)
    elif isinstance(error, (PublicationRefused, LocksUnreadable)):
        faults = ((where, message, error.action) for where, message in error.faults)
    listed = [{"where": where, "message": message, "action": action} for where, message, action in faults]
    return listed[:MOST_FAULTS]
