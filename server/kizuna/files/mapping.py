"""Match a file's headings to a table's fields."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from kizuna.errors import Text
from kizuna.files.aliases import COMMON_ALIASES
from kizuna.files.errors import AmbiguousHeaderError, NoSuchFieldError, NoSuchHeaderError
from kizuna.files.header import normal_name

_UNKNOWN = Text(
    "見出し「{header}」に当たる項目がないため読みません。近い項目: {near.ja}。--map で指定できます。",
    "No field fits the heading “{header}”, so it is not read. Near it: {near.en}. Say which with --map.",
)
_NOTHING_NEAR = "―"
_NONE = Text(_NOTHING_NEAR, _NOTHING_NEAR)
_BRACKETS = re.compile(r"[(\[【〔<《「『].*?[)\]】〕>》」』]")


@dataclass(frozen=True, slots=True)
class FieldName:
    """What a field of a table is called: its own name, its labels, and other names for it."""

    name: str
    ja: str
    en: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnknownHeader:
    """A heading that fits no field: its text, its column (from 0) and the names of the nearest fields."""

    header: str
    column: int
    suggestions: tuple[str, ...]
    near: Text = _NONE
    """What people call the suggested fields."""

    @property
    def message(self) -> Text:
        """Say that the column is not read, and the cure."""
        return _UNKNOWN.format(header=self.header, near=self.near)


@dataclass(frozen=True, slots=True)
class HeaderMapping:
    """Which column (from 0) holds which field, and which headings were left out on request or for want of a field."""

    columns: Mapping[str, int]
    unknown: tuple[UnknownHeader, ...] = ()
    skipped: tuple[str, ...] = ()


def map_headers(
    headers: Sequence[str],
    fields: Sequence[FieldName],
    explicit: Mapping[str, str] | Sequence[tuple[str, str]] | None = None,
) -> HeaderMapping:
    """Return which column holds which field.

    `explicit` maps headings to field names or labels and wins; an empty field leaves the column out. As pairs, a heading
    may come several times: a file that has names only has numbers in the same column. The others fit by
    field name, then label, then the field's aliases, then what people commonly write; a better fit wins, two equal
    ones raise `AmbiguousHeaderError`. Width, case, kana, spaces, punctuation and remarks in brackets do not count.
    """
    tiers = _tiers(fields)
    columns: dict[str, int] = {}
    settled: set[int] = set()
    skipped: list[str] = []
    for header, wanted in explicit.items() if isinstance(explicit, Mapping) else explicit or ():
        column = _column_of(header, headers)
        settled.add(column)
        if not wanted.strip():
            skipped.append(headers[column])
            continue
        field = _field_of(wanted, tiers, header=header, fields=fields)
        if field in columns:
            raise AmbiguousHeaderError(
                headers=f"{headers[columns[field]]}, {header}", fields=labels_of([field], fields)
            )
        columns[field] = column

    fits: dict[str, list[tuple[int, int]]] = {}
    for column, header in enumerate(headers):
        if column in settled:
            continue
        rank, names = _fit(header, tiers, taken=columns)
        if len(names) > 1:
            raise AmbiguousHeaderError(headers=header, fields=labels_of(sorted(names), fields))
        for name in names:
            fits.setdefault(name, []).append((rank, column))
    for name, claims in fits.items():
        claims.sort()
        if len(claims) > 1 and claims[0][0] == claims[1][0]:
            raise AmbiguousHeaderError(
                headers=", ".join(headers[column] for _, column in claims), fields=labels_of([name], fields)
            )
        columns[name] = claims[0][1]

    used = set(columns.values()) | settled
    unknown = tuple(
        UnknownHeader(header, column, near, labels_of(near, fields))
        for column, header in enumerate(headers)
        if column not in used
        for near in [_nearest(header, fields, without=columns)]
    )
    return HeaderMapping(columns, unknown, tuple(skipped))


def known_headers(fields: Iterable[FieldName]) -> tuple[str, ...]:
    """Return every name the fields go by, for `read_table` to find the heading row with."""
    return tuple(
        name
        for field in fields
        for name in (field.name, field.ja, field.en, *field.aliases, *COMMON_ALIASES.get(field.name, ()))
    )


_Tier = dict[str, set[str]]


def _tiers(fields: Sequence[FieldName]) -> list[_Tier]:
    """Return, from the best kind of fit to the weakest: normalised name → fields that go by it."""
    tiers: list[_Tier] = [{}, {}, {}, {}]
    for field in fields:
        groups = ((field.name,), (field.ja, field.en), field.aliases, COMMON_ALIASES.get(field.name, ()))
        for tier, names in zip(tiers, groups, strict=True):
            for name in names:
                if normal := normal_name(name):
                    tier.setdefault(normal, set()).add(field.name)
    return tiers


def _fit(header: str, tiers: Sequence[_Tier], *, taken: Mapping[str, int]) -> tuple[int, set[str]]:
    """Return how well `header` fits (smaller is better) and the fields it fits equally well."""
    plain = _BRACKETS.sub("", unicodedata.normalize("NFKC", header))
    for remark, text in enumerate((header, plain)):
        normal = normal_name(text)
        for rank, tier in enumerate(tiers):
            names = tier.get(normal, set()) - taken.keys()
            if len(names) > 1 and rank == len(tiers) - 1:
                # 顧客番号 on a list of purchases names the customer, not the purchase: a reference is meant.
                names = {name for name in names if name.endswith("_id")} or names
            if names:
                return rank + remark * len(tiers), names
    return 0, set()


def _column_of(header: str, headers: Sequence[str]) -> int:
    exact = [column for column, text in enumerate(headers) if text == header.strip()]
    found = exact or [column for column, text in enumerate(headers) if normal_name(text) == normal_name(header)]
    if not found:
        near = process.extract(header, headers, scorer=fuzz.WRatio, limit=3, score_cutoff=50)
        raise NoSuchHeaderError(header=header, suggestions=", ".join(text for text, _, _ in near) or ", ".join(headers))
    if len(found) > 1:
        raise AmbiguousHeaderError(headers=", ".join(headers[column] for column in found), fields=_NONE)
    return found[0]


def _field_of(wanted: str, tiers: Sequence[_Tier], *, header: str, fields: Sequence[FieldName]) -> str:
    for tier in tiers[:3]:
        names = tier.get(normal_name(wanted), set())
        if len(names) == 1:
            return next(iter(names))
    raise NoSuchFieldError(
        field=wanted, header=header, suggestions=labels_of(_nearest(wanted, fields, without={}), fields)
    )


def labels_of(names: Iterable[str], fields: Iterable[FieldName]) -> Text:
    """Return what people call the fields of these names, in both languages; a dash for none."""
    called = {field.name: (field.ja or field.name, field.en or field.name) for field in fields}
    found = [called[name] for name in names]
    return Text("、".join(ja for ja, _ in found) or _NOTHING_NEAR, ", ".join(en for _, en in found) or _NOTHING_NEAR)


def _nearest(header: str, fields: Sequence[FieldName], *, without: Mapping[str, int]) -> tuple[str, ...]:
    """Return the names of at most three fields that look most like `header`, best first."""
    scores: dict[str, float] = {}
    wanted = normal_name(header)
    for field in fields:
        if wanted and field.name not in without:
            names = [normal_name(name) for name in known_headers([field])]
            scores[field.name] = max(fuzz.ratio(wanted, name) for name in names)
    best = sorted(scores, key=lambda name: (-scores[name], name))
    return tuple(name for name in best[:3] if scores[name] >= 40)
