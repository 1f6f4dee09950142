"""Row ids as one sorted array: found again by a number made of each, a million of them without an object per id."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kizuna_rfm.buyers import Integers

Ids = NDArray[np.bytes_]
WORD = 8
MANY = 50_000
FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""Odd and without pattern (Knuth's golden ratio), so that ids that differ little get keys that differ much."""


def hashed(ids: Ids) -> NDArray[np.uint64]:
    """Return a number of 64 bits for each id; different ids of one width hardly ever share one."""
    words = -(-ids.dtype.itemsize // WORD)
    padded = np.ascontiguousarray(ids.astype(f"S{words * WORD}")).view(np.uint64).reshape(len(ids), words)
    keys = np.zeros(len(ids), dtype=np.uint64)
    for column in range(words):
        keys ^= padded[:, column]
        keys *= FACTOR
        keys ^= keys >> np.uint64(29)
    return keys


@dataclass(frozen=True, slots=True)
class Exchange:
    """How a column follows its ids when some go and others come.

    Either ``order`` are the places where the new values stand, or the old ones that stay (a mask) make room at ``at`` for the
    new ones taken in that order.
    """

    order: Integers
    stays: NDArray[np.bool_] | None
    at: Integers | None

    def applied(self, column: NDArray[Any], came: NDArray[Any]) -> NDArray[Any]:
        """Return the column as it is now; the old one stays as it was."""
        if self.stays is None or self.at is None:
            now = column.copy()
            now[self.order] = came
            return now
        return np.insert(column[self.stays], self.at, came[self.order])


@dataclass(frozen=True, slots=True)
class Identities:
    """Ids without repetition, in order of their ``keys``: their hashes, or themselves where two hashes are equal."""

    ids: Ids
    keys: NDArray[Any]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def nbytes(self) -> int:
        """How much memory the arrays take."""
        return self.ids.nbytes + (self.keys.nbytes if self.keys is not self.ids else 0)

    def find(self, wanted: Ids) -> Integers:
        """Return where each wanted id stands, −1 where it does not."""
        if len(self) == 0 or len(wanted) == 0:
            return np.full(len(wanted), -1, dtype=np.int64)
        same_width = wanted.astype(self.ids.dtype)
        keys = same_width if self.keys.dtype.kind == "S" else hashed(same_width)
        if len(self) > MANY and len(keys) > len(self) // WORD:
            # Looked up in order, neighbours are found near each other: in memory that is what counts.
            order = np.argsort(keys)
            places = np.empty(len(keys), dtype=np.int64)
            places[order] = np.searchsorted(self.keys, keys[order])
        else:
            places = np.searchsorted(self.keys, keys)
        places = np.minimum(places, len(self) - 1)
        return np.where(self.ids[places] == wanted, places, -1)

    def ids_at(self, positions: Any) -> list[str]:
        """Return the ids at ``positions`` as texts."""
        return [one.decode() for one in self.ids[np.asarray(positions, dtype=np.int64)].tolist()]

    def exchanged(self, gone: Ids, came: Identities) -> tuple[Identities, Exchange] | None:
        """Return the ids without ``gone`` and with ``came``, and how columns beside them follow; None where keys don't fit.

        ``came`` holds none that stays.
        """
        if came.ids.dtype.itemsize > self.ids.dtype.itemsize:
            return None
        at_most = self.find(gone)
        at_most = at_most[at_most >= 0]
        found = self.find(came.ids)
        if len(at_most) == len(came) and (found >= 0).all():
            return self, Exchange(found, None, None)
        ids = came.ids.astype(self.ids.dtype)
        keys = ids if self.keys.dtype.kind == "S" else hashed(ids)
        order = np.argsort(keys)
        ids, keys = ids[order], keys[order]
        stays = np.ones(len(self), dtype=np.bool_)
        stays[at_most] = False
        kept_keys = self.keys[stays]
        at = np.searchsorted(kept_keys, keys)
        if len(kept_keys) and (kept_keys[np.minimum(at, len(kept_keys) - 1)] == keys).any():
            return None
        exchange = Exchange(order, stays, at)
        now = exchange.applied(self.ids, came.ids.astype(self.ids.dtype))
        return Identities(now, now if self.keys is self.ids else np.insert(kept_keys, at, keys)), exchange

    def take(self, positions: Any) -> Identities:
        """Return the ids at ``positions``, a mask or rising indices."""
        ids = self.ids[positions]
        return Identities(ids, ids if self.keys is self.ids else self.keys[positions])


def gathered(ids: Ids) -> tuple[Identities, Integers | None, Integers]:
    """Return the ids without repetition, the order that sorts all of them, and where in it each one begins.

    The order is None where they are sorted, as SQLite hands them out.
    """
    if len(ids) == 0:
        return Identities(ids, ids), None, np.zeros(0, dtype=np.int64)
    again = ids[1:] <= ids[:-1]
    if (ids[1:][again] == ids[:-1][again]).all():
        starts = _starts(again)
        once = ids if len(starts) == len(ids) else ids[starts]
        return Identities(once, once), None, starts
    keys: NDArray[Any] = hashed(ids)
    order = np.argsort(keys)
    keys, ids = keys[order], ids[order]
    again = keys[1:] == keys[:-1]
    if (ids[1:][again] != ids[:-1][again]).any():
        order = order[np.argsort(ids)]
        ids = np.sort(ids)
        keys, again = ids, ids[1:] == ids[:-1]
    starts = _starts(again)
    if len(starts) == len(ids):
        return Identities(ids, keys), order, starts
    return Identities(ids[starts], keys[starts]), order, starts


@dataclass(frozen=True, slots=True)
class Together:
    """Ids from several places, and the order that sorts what stood beside them; None where it stays as it was."""

    identities: Identities
    order: Integers | None


def together(parts: Sequence[Identities]) -> Together:
    """Return ids that stand in one of the parts only."""
    parts = [one for one in parts if len(one)] or list(parts[:1])
    ids = np.concatenate([one.ids for one in parts])
    sorted_each = all(one.keys is one.ids for one in parts)
    if sorted_each and all(one.ids[-1] < other.ids[0] for one, other in itertools.pairwise(parts)):
        return Together(Identities(ids, ids), None)
    who, order, _ = gathered(ids)
    return Together(who, order)


def _starts(again: NDArray[np.bool_]) -> Integers:
    """Return where something begins that is not what stood before, also at the very beginning."""
    return np.flatnonzero(np.concatenate(([True], ~again)))


def as_bytes(ids: Sequence[str | None]) -> Ids:
    """Return ids as one array, an empty one for ``None``."""
    return np.array([one.encode() if one else b"" for one in ids] or [b""], dtype=np.bytes_)[: len(ids)]
