"""Why rows about people are read, in a closed list of words: free text would end up holding names.

A reference may follow a word, such as the number of a complaint: `complaint/C-1042`.
"""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """Why the partnership looks at rows about people."""

    CARE_PLANNING = "care-planning"
    COMPLAINT = "complaint"
    CONTRACT_MONITORING = "contract-monitoring"
    DATA_QUALITY = "data-quality"
    INCIDENT = "incident"
    INSPECTION = "inspection"
    SAFEGUARDING = "safeguarding"
    SUBJECT_ACCESS = "subject-access"


PATTERN = rf"^({'|'.join(Purpose)})(/[A-Za-z0-9-]{{1,32}})?$"
"""What a purpose looks like: a word of the list and perhaps a reference."""
