"""Read people's CSV and Excel files into columns, match the headings to fields, and read what they typed.

Pure: nothing here knows the database or the web; bytes and names go in, values and problems come out.
"""

from kizuna.files.faults import ValueProblem
from kizuna.files.limits import Limits
from kizuna.files.mapping import FieldName, HeaderMapping, known_headers, map_headers
from kizuna.files.reader import read_table
from kizuna.files.table import Cell, FileTable
from kizuna.files.values import PLAIN_FORMS, Parsed, parse_values, to_wire
from kizuna.files.words import Choice

__all__ = [
    "PLAIN_FORMS",
    "Cell",
    "Choice",
    "FieldName",
    "FileTable",
    "HeaderMapping",
    "Limits",
    "Parsed",
    "ValueProblem",
    "known_headers",
    "map_headers",
    "parse_values",
    "read_table",
    "to_wire",
]
