"""Small changes to a page's meaning, one at a time: each must be noticed by some case."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlglot import exp

from rules.reading import parse

_EDGE: dict[type[exp.Expr], type[exp.Expr]] = {exp.GT: exp.GTE, exp.GTE: exp.GT, exp.LT: exp.LTE, exp.LTE: exp.LT}
_TURN: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.GT: exp.LTE,
    exp.GTE: exp.LT,
    exp.LT: exp.GTE,
    exp.LTE: exp.GT,
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.Max: exp.Min,
    exp.Min: exp.Max,
    exp.And: exp.Or,
    exp.Or: exp.And,
    exp.LogicalAnd: exp.LogicalOr,
    exp.LogicalOr: exp.LogicalAnd,
}
Change = Callable[[exp.Expr], exp.Expr | None]


def mutants(sql: str) -> Iterator[tuple[str, str]]:
    """(what was changed, the changed SQL) for every comparison, boundary, list, number and connective of the page."""
    original = parse(sql)
    count = sum(1 for _ in original.walk())
    for place in range(count):
        for change in _CHANGES:
            tree = original.copy()
            node = list(tree.walk())[place]
            before = node.sql("duckdb")
            changed = change(node)
            if changed is None:
                continue
            node.replace(changed)
            yield f"{before}  →  {changed.sql('duckdb')}", tree.sql("duckdb")


def _move_edge(node: exp.Expr) -> exp.Expr | None:
    """`>` becomes `>=` and the like."""
    other = _EDGE.get(type(node))
    return other(**node.args) if other else None


def _turn(node: exp.Expr) -> exp.Expr | None:
    """`>` becomes `<=`, `=` becomes `<>`, `and` becomes `or`, `max` becomes `min`."""
    other = _TURN.get(type(node))
    return other(**node.args) if other else None


def _count_on(node: exp.Expr) -> exp.Expr | None:
    """A number becomes the next one."""
    if isinstance(node, exp.Literal) and not node.is_string and not node.find_ancestor(exp.DataType):
        return exp.Literal.number(int(node.name) + 1)
    return None


def _between_low(node: exp.Expr) -> exp.Expr | None:
    return _shifted(node, "low")


def _between_high(node: exp.Expr) -> exp.Expr | None:
    return _shifted(node, "high")


def _shifted(node: exp.Expr, side: str) -> exp.Expr | None:
    """The bound of a BETWEEN moves by one towards the inside."""
    if not isinstance(node, exp.Between):
        return None
    moved = node.copy()
    kind = exp.Add if side == "low" else exp.Sub
    moved.set(side, kind(this=exp.paren(moved.args[side].copy()), expression=exp.Literal.number(1)))
    return moved


def _never(node: exp.Expr) -> exp.Expr | None:
    """A string compared with becomes another, so that the comparison never holds."""
    if isinstance(node, exp.Literal) and node.is_string and isinstance(node.parent, exp.In | exp.EQ | exp.NEQ):
        return exp.Literal.string("no such code")
    return None


def _negate(node: exp.Expr) -> exp.Expr | None:
    """A list, a pattern or a null test says the opposite."""
    if isinstance(node, exp.In | exp.Like | exp.RegexpLike | exp.Is) and not isinstance(node.parent, exp.Not):
        return exp.Not(this=node.copy())
    return None


def _unless(node: exp.Expr) -> exp.Expr | None:
    """A NOT is forgotten."""
    return node.this.copy() if isinstance(node, exp.Not) else None


def _forget(node: exp.Expr) -> exp.Expr | None:
    """One of several conditions is forgotten."""
    return exp.true() if isinstance(node.parent, exp.And) and not isinstance(node, exp.And) else None


def _flip(node: exp.Expr) -> exp.Expr | None:
    """True becomes false."""
    said = isinstance(node, exp.Boolean) and not isinstance(node.parent, exp.ArraySort)
    return exp.Boolean(this=not node.this) if said else None


def _least(node: exp.Expr) -> exp.Expr | None:
    """The greatest of several becomes the least."""
    if isinstance(node, exp.Greatest):
        return exp.Least(**node.args)
    return None


_CHANGES: tuple[Change, ...] = (
    *(_move_edge, _turn, _count_on, _between_low, _between_high, _never, _negate, _unless, _forget, _flip, _least),
)
