"""Small changes to a module's syntax tree, each of which some test should notice.

Words are left alone: messages, docstrings, annotations, and what is imported for type checkers only.
"""

from __future__ import annotations

import ast
from copy import copy
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

Node = TypeVar("Node", bound=ast.AST)
Item = TypeVar("Item")

OTHER_OPERATOR: dict[type[ast.AST], ast.AST] = {
    ast.Lt: ast.LtE(), ast.LtE: ast.Lt(), ast.Gt: ast.GtE(), ast.GtE: ast.Gt(),
    ast.Eq: ast.NotEq(), ast.NotEq: ast.Eq(), ast.Is: ast.IsNot(), ast.IsNot: ast.Is(),
    ast.In: ast.NotIn(), ast.NotIn: ast.In(),
    ast.Add: ast.Sub(), ast.Sub: ast.Add(), ast.BitAnd: ast.BitOr(), ast.BitOr: ast.BitAnd(),
}  # fmt: skip
OTHER_NAME = {
    "min": "max", "max": "min", "any": "all", "all": "any", "abs": "int", "minimum": "maximum", "maximum": "minimum",
    "reversed": "list",
}  # fmt: skip
"""What is called instead; `int` leaves a whole number as it is, `list` an order."""

WORDS = {"clock", "length", "names", "count", "breach", "fault"}
"""Functions whose positional arguments are words for people."""


class Change(NamedTuple):
    """One way to break a module: in which function and line, and what the code says before and after."""

    function: str
    line: int
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.function}:{self.line}: `{self.before}` becomes `{self.after}`"


class _Site(NamedTuple):
    """Where a node stands in its parent, and what may stand there instead."""

    function: str
    parent: ast.AST
    field: str
    row: int | None
    old: ast.AST
    new: ast.AST

    @property
    def change(self) -> Change:
        return Change(self.function, getattr(self.old, "lineno", 0), _first_line(self.old), _first_line(self.new))

    def make(self) -> None:
        ast.copy_location(self.new, self.old)
        if self.row is None:
            setattr(self.parent, self.field, self.new)
        else:
            getattr(self.parent, self.field)[self.row] = self.new


def changes(source: str) -> list[Change]:
    """List every change of a module, from top to bottom."""
    return [site.change for site in _sites(ast.parse(source), "")]


def changed(source: str, number: int) -> ast.Module:
    """Give the module with one of its `changes` made."""
    tree = ast.parse(source)
    list(_sites(tree, ""))[number].make()
    return ast.fix_missing_locations(tree)


def _first_line(node: ast.AST) -> str:
    first, *more = ast.unparse(node).splitlines()
    return f"{first} ..." if more else first


def _sites(parent: ast.AST, function: str) -> Iterator[_Site]:
    for field, row, node in _children(parent):
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)):
            continue
        if isinstance(parent, ast.ClassDef) and isinstance(node, ast.Assign):
            continue  # a name for a number or a word, such as a bit: any other would do
        for new in _instead(node, parent, field):
            yield _Site(function, parent, field, row, node, new)
        inside = (
            f"{function}.{node.name}".lstrip(".") if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else function
        )
        yield from _sites(node, inside)


def _children(parent: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    """Give the children of a node that do something."""
    for field, value in ast.iter_fields(parent):
        signature = isinstance(parent, ast.FunctionDef) and field in {"args", "returns", "decorator_list"}
        said = isinstance(parent, ast.Call) and field == "args" and getattr(parent.func, "id", "") in WORDS
        if signature or said or field == "annotation" or (isinstance(parent, ast.ClassDef) and field == "bases"):
            continue
        if isinstance(value, ast.AST):
            yield field, None, value
        elif isinstance(value, list):
            yield from ((field, row, item) for row, item in enumerate(value) if isinstance(item, ast.AST))


def _instead(node: ast.AST, parent: ast.AST, field: str) -> Iterator[ast.AST]:
    """Give what may stand in the place of a node."""
    if isinstance(node, (ast.If, ast.While)):
        yield _with(node, test=ast.Constant(value=False))
    elif isinstance(node, ast.Expr) and isinstance(node.value, (ast.Yield, ast.YieldFrom)):
        yield ast.Expr(ast.YieldFrom(ast.Tuple(elts=[], ctx=ast.Load())))
    elif _can_go(node):
        yield ast.Pass()
    elif isinstance(node, ast.comprehension):
        yield from (_with(node, ifs=_without(node.ifs, row)) for row in range(len(node.ifs)))
    elif isinstance(node, ast.Call):
        yield from _other_call(node)
    elif isinstance(node, (ast.Tuple, ast.List)):
        if _is_listing(node, parent, field):
            yield from (_with(node, elts=_without(node.elts, row)) for row in range(len(node.elts)))
    else:
        yield from _other_value(node)


def _can_go(node: ast.AST) -> bool:
    """Tell whether a statement can be left out and leave a function that runs."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Call)
    is_cell = isinstance(node, ast.Assign) and isinstance(node.targets[0], (ast.Subscript, ast.Attribute))
    return is_cell or isinstance(node, (ast.AugAssign, ast.Continue, ast.Break, ast.Delete))


def _other_call(node: ast.Call) -> Iterator[ast.AST]:
    if isinstance(node.func, ast.Name) and node.func.id in OTHER_NAME:
        yield _with(node, func=_with(node.func, id=OTHER_NAME[node.func.id]))
    if isinstance(node.func, ast.Attribute) and node.func.attr in OTHER_NAME:
        yield _with(node, func=_with(node.func, attr=OTHER_NAME[node.func.attr]))
    for row, keyword in enumerate(node.keywords):
        if keyword.arg == "amount":
            yield _with(node, keywords=_without(node.keywords, row))


def _other_value(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        for row, operator in enumerate(node.ops):
            ops = [*node.ops[:row], OTHER_OPERATOR[type(operator)], *node.ops[row + 1 :]]
            yield _with(node, ops=ops)
    elif isinstance(node, ast.BoolOp):
        for row in range(len(node.values)):
            left = _without(node.values, row)
            yield left[0] if len(left) == 1 else _with(node, values=left)
    else:
        yield from _other_number(node)


def _other_number(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.Invert, ast.USub)):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.BinOp):
        if type(node.op) in OTHER_OPERATOR:
            yield _with(node, op=OTHER_OPERATOR[type(node.op)])
        elif isinstance(node.op, ast.Mult):
            yield ast.Constant(value=0)
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        yield ast.Constant(value=node.value + 1)


def _is_listing(node: ast.Tuple | ast.List, parent: ast.AST, field: str) -> bool:
    """Tell whether this lists rules, cases or names one after the other: any of them may be forgotten."""
    listed = isinstance(parent, (ast.Assign, ast.AnnAssign, ast.Return)) and field == "value"
    alike = len({type(item) for item in node.elts}) == 1 and isinstance(node.elts[0], (ast.Tuple, ast.Name, ast.Call))
    constants = all(isinstance(item, ast.Constant) and isinstance(item.value, str) for item in node.elts)
    targets = [parent.target] if isinstance(parent, ast.AnnAssign) else getattr(parent, "targets", [])
    named = any(isinstance(target, ast.Name) and target.id.isupper() for target in targets)
    walked = isinstance(parent, (ast.For, ast.comprehension)) and field == "iter"
    rules = listed and all(isinstance(item, ast.Tuple) for item in node.elts)
    return len(node.elts) > 1 and ((walked and (alike or constants)) or rules or (named and (alike or constants)))


def _with(node: Node, **fields: object) -> Node:
    """Copy a node with some fields changed."""
    new = copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _without(items: list[Item], row: int) -> list[Item]:
    return [*items[:row], *items[row + 1 :]]
