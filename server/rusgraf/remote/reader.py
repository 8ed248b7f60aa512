"""Is this the whole answer? Asking a service so that an answer that it cuts never passes for whole.

Many services cut answers at a number of rows, and say so in no way that all share. So an answer that is as long as
the longest that is known to be whole, or longer, is counted by a query of its own; what is missing is asked for in
parts, or refused where the order of rows matters. Layer: domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rusgraf.errors import LimitReached, ServiceFault
from rusgraf.remote import rewrite
from rusgraf.remote.protocol import Service
from rusgraf.remote.results import read
from rusgraf.store import Dataset, Table
from rusgraf.terms import Literal, NamedNode, Term

_SURELY_WHOLE = 100  # rows; no service is known to cut shorter answers
_PAGE = 50_000


EVERYTHING = Dataset()
"""What a service has by itself: the protocol has no way to ask for no graph at all."""


class Reader:
    """Whole answers of one service."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._whole = _SURELY_WHOLE

    def table(self, text: str, over: Dataset = EVERYTHING, *, any_order: bool = False) -> Table:
        """The answer of a SELECT. One that the service cuts raises, or with `any_order` is asked for in parts."""
        table = self._once(text, over)
        if len(table.rows) < self._whole:
            return table
        number = self._count(text, over)
        if number is not None and number > len(table.rows) and any_order:
            table = self._in_parts(table, text, over, number)
        if number != len(table.rows):
            raise _cut(len(table.rows), number)
        self._whole = max(self._whole, min(number, len(table.rows)))
        return table

    def truth(self, text: str, over: Dataset = EVERYTHING) -> bool:
        """The answer of an ASK."""
        answer = read(self.service.select(text, over.default, over.named))
        if not isinstance(answer, bool):
            raise _other("no truth value", "inget sanningsvärde")
        return answer

    def triples(self, text: str, over: Dataset = EVERYTHING) -> bytes:
        """The answer of a CONSTRUCT or DESCRIBE, as N-Triples; raises when the service may have cut it."""
        content = self.service.construct(text, over.default, over.named)
        solutions = self._count(text, over)
        number = content.count(b"\n") if solutions is None else solutions
        if number >= self._whole:
            self._stretch(number)
        return content

    def graph(self, graph: NamedNode) -> Iterator[tuple[Term, ...]]:
        """The triples of a graph, asked for in parts; raises when they are not as many as the service says."""
        inside = f"WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
        number = self._number(f"SELECT (COUNT(*) AS ?rusgraf_antal) {inside}", EVERYTHING)
        seen = 0
        while seen < number:
            rows = self._once(f"SELECT ?s ?p ?o {inside} OFFSET {seen} LIMIT {_PAGE}", EVERYTHING).rows
            if not rows:
                raise _cut(seen, number)
            seen += len(rows)
            yield from (tuple(t for t in row if t is not None) for row in rows)
        if seen != number:
            raise _cut(seen, number)

    def numbers(self, graphs: Iterable[NamedNode]) -> dict[NamedNode, int]:
        """How many triples each of the graphs has, 0 when it is not there."""
        text = "SELECT (COUNT(*) AS ?rusgraf_antal) WHERE {{ GRAPH {} {{ ?s ?p ?o }} }}"
        return {graph: self._number(text.format(graph), EVERYTHING) for graph in graphs}

    def _once(self, text: str, over: Dataset) -> Table:
        answer = read(self.service.select(text, over.default, over.named))
        if not isinstance(answer, Table):
            raise _other("no table", "ingen tabell")
        return answer

    def _count(self, text: str, over: Dataset) -> int | None:
        counting = rewrite.counting(text)
        return self._number(counting, over) if counting else None

    def _number(self, counting: str, over: Dataset) -> int:
        rows = self._once(counting, over).rows
        value = rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else None
        if not isinstance(value, Literal) or not value.value.isdecimal():
            raise _other("no number", "inget tal")
        return int(value.value)

    def _in_parts(self, first: Table, text: str, over: Dataset, number: int) -> Table:
        """The whole table, by its first part and as many more as it takes."""
        rows = list(first.rows)
        while len(rows) < number:
            more = self._once(rewrite.part(text, len(rows), len(first.rows)), over)
            places = [more.columns.index(c) for c in first.columns if c in more.columns]
            if not more.rows or len(places) != len(first.columns):
                raise _cut(len(rows), number)
            rows += [tuple(row[i] for i in places) for row in more.rows]
        if len(set(rows)) != len(rows):  # the parts overlap, so something else is missing
            raise _cut(len(set(rows)), number)
        return Table(first.columns, rows)

    def _stretch(self, number: int) -> None:
        """See whether the service gives as many as `number` rows; raises when it does not."""
        digits = "VALUES ?{} {{ 0 1 2 3 4 5 6 7 8 9 }}"
        names = "abcdefg"[: len(str(number))]
        text = f"SELECT * WHERE {{ {' '.join(map(digits.format, names))} }} LIMIT {number + 1}"
        got = len(self._once(text, EVERYTHING).rows) if len(str(number)) <= 7 else 0
        if got <= number:
            raise _cut(got, number)
        self._whole = max(self._whole, got)


def _cut(got: int, number: int | None) -> LimitReached:
    wanted, wanted_sv = (str(number), str(number)) if number is not None else ("more", "fler")
    return LimitReached(
        f"The service cuts this answer: {got} of {wanted} rows.",
        "Ask for less, add LIMIT, or raise the service's limit on rows.",
        sv=f"Tjänsten kapar det här svaret: {got} av {wanted_sv} rader.",
        cure_sv="Fråga efter mindre, lägg till LIMIT, eller höj tjänstens gräns för antal rader.",
    )


def _other(what: str, what_sv: str) -> ServiceFault:
    return ServiceFault(
        f"The service's answer holds {what}.",
        "Give the address of a SPARQL 1.1 service.",
        sv=f"Tjänstens svar innehåller {what_sv}.",
        cure_sv="Ange adressen till en SPARQL 1.1-tjänst.",
    )
