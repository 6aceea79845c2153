"""Errors of geography: each has a stable code and says what to do next."""

from __future__ import annotations


class GeoError(Exception):
    """Root of geography's errors."""

    code = "geo-error"
    action = "Check the network file and the points."


class SpeedsUnreadable(GeoError, ValueError):
    """A table of speeds is missing, is not TOML, or holds what no speed can be; the message names every fault."""

    code = "speeds-unreadable"
    action = "Correct the entries named; `rota network speeds` prints a table to start from."


class ClosureUnknown(GeoError, ValueError):
    """A closure cannot be understood, or nothing in the network or timetable is what it closes."""

    code = "closure-unknown"
    action = "Write a closure as docs/reference/closures.md shows, with a road number, way or route of the area."


class TooFewJourneys(GeoError, ValueError):
    """There are too few usable recorded journeys to fit speeds to."""

    code = "too-few-journeys"
    action = "Record more journeys inside the network, and keep the speeds as they are until then."


class NetworkUnreadable(GeoError, ValueError):
    """A network file is missing, truncated, empty or holds no roads."""

    code = "network-unreadable"
    action = "Give an OpenStreetMap extract (.osm.pbf, .osm), GraphML or GeoPackage that covers the area."


class NetworkElsewhere(NetworkUnreadable):
    """A network lies nowhere near the homes that it is meant for."""

    code = "network-elsewhere"
    action = "Give a network that covers the homes of the area, or another area."


class DownloadFailed(GeoError):
    """A server of maps did not answer, refused, or answered with less than was asked for."""

    code = "download-failed"
    action = "Try again later or with a smaller area, ask another server, or import a file instead."


class PlaceOffNetwork(GeoError, ValueError):
    """Places lie too far from any road that the mode may use; `place_ids` lists them all."""

    code = "place-off-network"
    action = "Correct the positions (swapped latitude and longitude?) or load a network that covers them."

    def __init__(self, message: str, place_ids: tuple[str, ...] = ()) -> None:
        self.place_ids = place_ids
        super().__init__(message)


class TimetableUnreadable(GeoError, ValueError):
    """A timetable breaks its own rules."""

    code = "timetable-unreadable"
    action = "Correct the rows of the sailings file."


class PointsUnreadable(GeoError, ValueError):
    """A file of points is missing, in no known encoding, or has impossible rows; the message names them all."""

    code = "points-unreadable"
    action = "Give a CSV file with the columns postcode, lat and lon in degrees, one row per point."


class GazetteerUnreadable(GeoError, ValueError):
    """A file of postcodes or UPRNs is missing, damaged or of no known kind; `rows` lists those that cannot be read."""

    code = "gazetteer-unreadable"
    action = "Give Code-Point Open, ONSPD, OS Open UPRN, or columns postcode, lat and lon: as CSV or a zip of CSVs."

    def __init__(self, message: str, rows: tuple[str, ...] = ()) -> None:
        self.rows = rows
        super().__init__(message)


class LandUnreadable(GeoError, ValueError):
    """A file of land or of a boundary is missing or holds no polygons in degrees."""

    code = "land-unreadable"
    action = "Give a GeoJSON file with polygons in WGS84."
