"""Small GTFS feeds, written by the tests: three piers, five bus stops, and what a test changes."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FEED = {
    "agency": "agency_id,agency_name,agency_url,agency_timezone\nA,Boats,http://example.org,Europe/London\n",
    "stops": """stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station
O,Oban Ferry Terminal,56.4121,-5.4741,,
C,Coll Pier,56.6146,-6.5231,0,
T,Tiree Pier,56.5071,-6.7981,,
station,Town,56.4100,-5.4700,1,
b1,Town,,,0,station
b2,Mill,56.4300,-5.4300,,
b3,School,56.4400,-5.4200,,
b4,Shop,56.4450,-5.4100,,
b5,Glen End,56.4500,-5.4000,,
""",
    "routes": """route_id,agency_id,route_short_name,route_long_name,route_type
F,A,,Oban - Coll - Tiree,4
B,A,423,Town - Glen,3
X,A,Train,,2
""",
    "trips": """route_id,service_id,trip_id,bikes_allowed,cars_allowed
F,weekdays,boat,1,1
B,weekdays,morning,,
B,school,school,2,
X,weekdays,train,,
""",
    "stop_times": """trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type,\
shape_dist_traveled
boat,07:15:00,07:15:00,O,1,,,
boat,09:55:00,10:05:00,C,5,,,
boat,11:05:00,11:05:00,T,9,,,
morning,07:42:00,07:42:00,b1,1,,,0
morning,,,b2,2,,,3
morning,,,b3,3,,,4
morning,07:58:00,07:58:00,b5,4,,,8
school,08:00:00,08:00:00,b1,1,,1,
school,08:10:00,08:10:00,b3,2,1,,
school,08:20:00,08:20:00,b5,3,1,,
train,06:00:00,06:00:00,b1,1,,,
train,06:30:00,06:30:00,b5,2,,,
""",
    "calendar": """service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
weekdays,1,1,1,1,1,0,0,20261026,20270326
""",
    "calendar_dates": """service_id,date,exception_type
weekdays,20261225,2
school,20261102,1
school,20261103,1
""",
}
"""The files of a feed that can be read."""


def write_feed(path: Path, **files: str | None) -> Path:
    """Write a feed, some files of it with other content, or left out (None)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in ({**FEED, **files}).items():
            if text is not None:
                archive.writestr(f"{name}.txt", text)
    return path


def changed(file: str, old: str, new: str) -> dict[str, str]:
    """Give the content of a file in which one text is replaced."""
    assert FEED[file].count(old) == 1, (file, old)
    return {file: FEED[file].replace(old, new)}
