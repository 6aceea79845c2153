"""A workbook in which every share is worked out again: from swaps to what coalitions cost, and from that to shares."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell  # type: ignore[import-untyped]

from app.services.share_gain import gain_in
from app.services.swap_words import equal_hours_told, who_gives
from solver.sharing import MOST_EXACT, order_share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from app.services.share_gain import Gain

HEADING_ROW = 2
FIRST = HEADING_ROW + 1
MONEY, COUNT, SHARE = "#,##0.00", "0", "0.0000"
WIDE = 26


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that Excel works out; `value` is what it comes to."""

    text: str
    value: float


Cell = str | float | Formula


def write_sharing_book(content: Mapping[str, Any], path: Path) -> None:
    """Write the swaps of a proposal's version, what coalitions cost, who joins them, and the shares by every rule."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as file:
        book = _Book(content=content, gain=gain_in(content), file=file)
        book.parts()
        book.swaps()
        if book.gain.splits:
            book.coalitions()
            if len(book.players) <= MOST_EXACT:
                book.joining()
            book.shares()


@dataclass(slots=True)
class _Book:
    """Writes the sheets; each points at rows of the others, so all are laid out from the same lists."""

    content: Mapping[str, Any]
    gain: Gain
    file: Any
    names: Mapping[str, str] = field(init=False)
    labels: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.names = {row["provider"]: row["name"] for row in self.content["providers"]}
        self.labels = {name: f"{name} {self.names.get(name, name)}" for name in (*self.names, *self.gain.game.players)}

    @property
    def players(self) -> tuple[str, ...]:
        return self.gain.game.players

    def parts(self) -> None:
        """List what each swap does to each provider, and what it gains at equal hours."""
        rows: list[list[Cell]] = []
        for swap in self.content["swaps"]:
            for name, gained in swap["gained_gbp"].items():
                effect, at = swap["effects"][name], FIRST + len(rows) + 1
                road = effect["travelling_gbp"]
                told = [swap["number"], self.labels.get(name, name), effect["contact_hours"], road]
                rows.append([*told, round(gained + road, 4), Formula(f"=E{at}-D{at}", gained)])
        self._sheet(
            "parts",
            "What each swap does to each provider a day. Gained: what the contact hours that it gives more or fewer "
            "would have cost on the road at its own cost an hour of B, less the change on the road.",
            ("swap", "provider", "contact hours", "on the road, £", "those hours as in B, £", "gained, £"),
            rows,
            [COUNT, "", MONEY, MONEY, MONEY, MONEY],
        )

    def swaps(self) -> None:
        """List the swaps with their sums over providers, and mark who has to be in a coalition that makes one."""
        swaps = self.content["swaps"]
        rows: list[list[Cell]] = []
        for swap in swaps:
            at, gained, road = FIRST + len(rows) + 1, sum(swap["gained_gbp"].values()), swap["effect"]["travelling_gbp"]
            sums = {"F": road, "G": gained + road, "H": gained}
            rows.append(
                [
                    swap["number"],
                    "+".join(map(str, swap["made_of"])),
                    f"{who_gives(swap['gives'], self.names)} ({swap['kind']})",
                    swap["effect"]["travel_min"],
                    swap["effect"]["gbp"],
                    *(
                        Formula(f"=SUMIFS(parts!${part}:${part},parts!$A:$A,$A{at})", sums[column])
                        for column, part in (("F", "D"), ("G", "E"), ("H", "F"))
                    ),
                    *(int(name in swap["gained_gbp"]) for name in self.players),
                ]
            )
        self._sheet(
            "swaps",
            f"{equal_hours_told(swaps)} A coalition makes a swap if all who take part (1) are in it.",
            ("swap", "made of", "who gives to whom", "travel, minutes", "in all, £", "on the road, £",
             "those hours as in B, £", "gained, £", *self._labelled()),
            rows,
            [COUNT, "", "", MONEY, MONEY, MONEY, MONEY, MONEY, *[COUNT] * len(self.players)],
        )  # fmt: skip

    def coalitions(self) -> None:
        """List coalitions with what they cost, save and would pay by each rule: all, or up to pairs of many players."""
        n, rules = len(self.players), list(self.gain.splits)
        alone = self.content["sharing"]["alone_gbp_a_day"]
        rows: list[list[Cell]] = [["pays alone, as in B", *(alone[name] for name in self.players)]]
        for number, rule in enumerate(rules):
            shares = self.gain.splits[rule].share
            told = [Formula(f"=shares!$D${self._share_row(number, p)}", shares[q]) for p, q in enumerate(self.players)]
            rows.append([f"pays, {rule}", *told])
        rows += [self._coalition(each, at=self._coalition_row(place)) for place, each in enumerate(self._listed())]
        error = self.content["sharing"]["cost_error_gbp"]
        self._sheet(
            "coalitions",
            f"£ a day on the road at equal hours; each cost within £{error:.2f}. Cost: what the members (1) pay apart "
            "less what the swaps among them gain. By a rule that passes none pays more than its cost.",
            ("who", *self._labelled(), "apart, £", "cost, £", "saving, £", *(f"pays, {rule}, £" for rule in rules)),
            rows,
            ["", *["General"] * n, *[MONEY] * (3 + len(rules))],
        )

    def _coalition(self, coalition: int, *, at: int) -> list[Cell]:
        game, n, alone = self.gain.game, len(self.players), self.content["sharing"]["alone_gbp_a_day"]
        members, flags = game.members(coalition), f"$B{at}:${xl_col_to_name(n)}{at}"
        apart, cost = (xl_rowcol_to_cell(at - 1, n + 1 + column) for column in range(2))
        before = sum(alone[name] for name in members)
        return [
            " + ".join(members),
            *(int(name in members) for name in self.players),
            Formula(f"=SUMPRODUCT({self._amounts(0)},{flags})", before),
            Formula(f"={apart}{self._swaps_within(at)}", game.cost(coalition)),
            Formula(f"={apart}-{cost}", before - game.cost(coalition)),
            *(
                Formula(f"=SUMPRODUCT({self._amounts(number)},{flags})", sum(split.share[name] for name in members))
                for number, split in enumerate(self.gain.splits.values(), start=1)
            ),
        ]

    def joining(self) -> None:
        """List what each player adds to the cost of each coalition of others, with its weight in Shapley's value."""
        game, n = self.gain.game, len(self.players)
        row_of = {coalition: self._coalition_row(place) for place, coalition in enumerate(self._listed())}
        cost = xl_col_to_name(n + 2)
        rows: list[list[Cell]] = []
        for number, player in enumerate(self.players):
            for before in range(game.whole + 1):
                if before >> number & 1:
                    continue
                after, size, at = before | 1 << number, before.bit_count(), FIRST + len(rows) + 1
                was: Cell = Formula(f"=coalitions!${cost}${row_of[before]}", game.cost(before)) if before else 0.0
                weight = order_share(n, size)
                rows.append(
                    [
                        self.labels[player],
                        " + ".join(game.members(before)),
                        size,
                        was,
                        Formula(f"=coalitions!${cost}${row_of[after]}", game.cost(after)),
                        Formula(f"=1/({n}*COMBIN({n - 1},C{at}))", weight),
                        Formula(f"=F{at}*(E{at}-D{at})", weight * (game.cost(after) - game.cost(before))),
                    ]
                )
        self._sheet(
            "joining",
            "Shapley's value of a provider is the sum of its terms: weight times (cost with it less cost before it).",
            ("provider", "joins", "of so many", "cost before, £", "cost with, £", "weight", "term, £"),
            rows,
            ["", "", COUNT, MONEY, MONEY, SHARE, SHARE],
        )

    def shares(self) -> None:
        """Set the rules side by side: share, saving against alone, that saving in percent, and its standard error."""
        rows: list[list[Cell]] = []
        for number, rule in enumerate(self.gain.splits):
            for place, player in enumerate(self.players):
                rows.append(self._share(rule, place, player, at=self._share_row(number, place)))
        self._sheet(
            "shares",
            "The saving is the cost alone less the share; the shares of a rule sum to what all cost together. Equal "
            "profit is found by a linear programme (and Shapley's value sampled for more than "
            f"{MOST_EXACT}): those stand as numbers, and are checked against the costs of coalitions.",
            ("rule", "provider", "alone, £", "share, £", "saving, £", "saving %", "standard error, £"),
            rows,
            ["", "", MONEY, MONEY, MONEY, "0.0", MONEY],
        )

    def _share(self, rule: str, place: int, player: str, *, at: int) -> list[Cell]:
        game, split, n = self.gain.game, self.gain.splits[rule], len(self.players)
        cost, share = game.cost(1 << place), split.share[player]
        column, first = xl_col_to_name(n + 2), at - place
        told: Cell = share
        if split.method == "proportional to cost alone":
            whole = f"coalitions!${column}${self._coalition_row(len(self._listed()) - 1)}"
            told = Formula(f"={whole}*C{at}/SUM(C${first}:C${first + n - 1})", share)
        elif split.method == "Shapley":
            told = Formula(f"=SUMIFS(joining!$G:$G,joining!$A:$A,$B{at})", share)
        return [
            rule,
            self.labels[player],
            Formula(f"=coalitions!${column}${self._coalition_row(place)}", cost),
            told,
            Formula(f"=C{at}-D{at}", cost - share),
            Formula(f"=IF(C{at}=0,0,100*E{at}/C{at})", 100 * (cost - share) / cost if cost else 0.0),
            split.standard_error.get(player, 0.0),
        ]

    def _listed(self) -> list[int]:
        """List the coalitions that have a row: singles first, all together last."""
        game, n = self.gain.game, len(self.players)
        return list(dict.fromkeys([*game.coalitions(n if n <= MOST_EXACT else 2), game.whole]))

    def _labelled(self) -> list[str]:
        return [self.labels[name] for name in self.players]

    def _coalition_row(self, place: int) -> int:
        return FIRST + 1 + len(self.gain.splits) + place + 1

    def _share_row(self, rule: int, place: int) -> int:
        return FIRST + rule * len(self.players) + place + 1

    def _amounts(self, row: int) -> str:
        """Point at the amounts above the coalitions: what each pays alone (0), or by a rule (1 and on)."""
        return f"$B${FIRST + row + 1}:${xl_col_to_name(len(self.players))}${FIRST + row + 1}"

    def _swaps_within(self, at: int) -> str:
        """Take off what the swaps gain of which nobody is outside the coalition of a row."""
        if not self.content["swaps"]:
            return ""
        last = FIRST + len(self.content["swaps"])

        def column(number: int) -> str:
            return f"swaps!${xl_col_to_name(number)}${FIRST + 1}:${xl_col_to_name(number)}${last}"

        within = (f"({column(8 + player)}<=${xl_col_to_name(1 + player)}{at})" for player in range(len(self.players)))
        return f"-SUMPRODUCT({'*'.join((column(7), *within))})"

    def _sheet(
        self, name: str, how: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], formats: Sequence[str]
    ) -> None:
        page = self.file.add_worksheet(name)
        heading = self.file.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        looks = [self.file.add_format({"num_format": text}) if text else None for text in formats]
        page.write_string(0, 0, how)
        page.write_row(HEADING_ROW, 0, columns, heading)
        for number, row in enumerate(rows, start=FIRST):
            for column, cell in enumerate(row):
                if isinstance(cell, Formula):
                    page.write_formula(number, column, cell.text, looks[column], cell.value)
                elif isinstance(cell, str):
                    page.write_string(number, column, cell)
                else:
                    page.write_number(number, column, cell, looks[column])
        for column, title in enumerate(columns):
            page.set_column(column, column, WIDE if not formats[column] and title != "made of" else 13)
        page.freeze_panes(FIRST, 0)
