"""Answers of synthetic people to whether they may be asked to change provider, so that demos obey the same rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.db.consents import Answer
from app.services.choice_lock import is_choice_locked
from app.synthetic.quota import deal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.dataset import Dataset

SHARES: Mapping[Answer | None, float] = {
    Answer.HAPPY_TO_BE_ASKED: 0.80,
    Answer.ASKED: 0.10,
    Answer.NO: 0.05,
    None: 0.05,
}
"""Chosen: of those whom the law lets move; None has said nothing, and so stays. No survey was found."""


def synthetic_answers(dataset: Dataset, *, seed: int) -> dict[str, Answer]:
    """Give answers to those whose provider is not their own choice; who has said nothing is absent."""
    people = [client.client_id for client in dataset.clients if not is_choice_locked(client)]
    said = deal(SHARES, len(people), np.random.default_rng([seed, 7]))
    return {client: answer for client, answer in zip(people, said, strict=True) if answer is not None}
