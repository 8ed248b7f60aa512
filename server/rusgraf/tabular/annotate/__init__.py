"""How does a file come back with what was found in it? ``annotate`` a workbook, ``to_workbook`` for CSV.

From the bottom: ``splice`` (edits by offset), ``notes`` (what is said), ``parts`` (the package), ``styles``, ``cells``,
``comments``, ``vml`` (their boxes), ``review`` (the sheet Granskning), ``book``. Layer: domain.
"""

from rusgraf.tabular.annotate.book import MAX_COMMENTS, MAX_LISTED, annotate
from rusgraf.tabular.annotate.from_text import to_workbook
from rusgraf.tabular.annotate.notes import Note

__all__ = ["MAX_COMMENTS", "MAX_LISTED", "Note", "annotate", "to_workbook"]
