"""How is the activity sheet read? ``read`` gives rows with the place of every value, and every fault of the file.

From the bottom: ``model`` (records), ``faults`` (what can be wrong, what is said of it), ``text`` and ``dates`` (what a
cell means), ``markup``, ``package``, ``scan``, ``workbook`` (XLSX), ``encoding``, ``text_table`` (CSV), ``header``,
``cells``, ``remarks``, ``sheet`` (the reading); these know no RDF. Matching, writing and the template stand on them.
Layer: domain.
"""

from rusgraf.tabular.faults import MESSAGES
from rusgraf.tabular.model import COLUMNS, REQUIRED, Day, Fault, Place, Row, Sheet, SheetLimits, Table, Value
from rusgraf.tabular.sheet import READERS, read
from rusgraf.tabular.workbook import TEMPLATE_PROPERTY

__all__ = [
    "COLUMNS",
    "MESSAGES",
    "READERS",
    "REQUIRED",
    "TEMPLATE_PROPERTY",
    "Day",
    "Fault",
    "Place",
    "Row",
    "Sheet",
    "SheetLimits",
    "Table",
    "Value",
    "read",
]
