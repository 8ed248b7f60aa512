"""In which formats do findings come, whoever asks for them? One list for the command and the server.

The page is apart (``pages``): it is one thing in the server and another in a file. Layer: domain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rusgraf import report
from rusgraf.findings import Finding
from rusgraf.report_markdown import findings_markdown
from rusgraf.report_rdf import findings_turtle
from rusgraf.report_tables import findings_csv, findings_xlsx
from rusgraf.store import Store
from rusgraf.tables import XLSX_TYPE


@dataclass(frozen=True)
class Export:
    """A format: its media type, how it is made of findings, a store and a language, and if a terminal can show it."""

    media_type: str
    make: Callable[[Sequence[Finding], Store, str], bytes]
    is_text: bool = True


FORMATS: dict[str, Export] = {
    "table": Export("text/plain", lambda *told: report.to_text(*told).encode()),
    "json": Export("application/json", lambda *told: report.to_json(*told).encode()),
    "csv": Export("text/csv", findings_csv),
    "xlsx": Export(XLSX_TYPE, findings_xlsx, is_text=False),
    "ttl": Export("text/turtle", findings_turtle),
    "md": Export("text/markdown", findings_markdown),
}
