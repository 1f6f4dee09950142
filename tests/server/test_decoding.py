"""Kinds of JSON are worked out once, whoever comes first."""

from __future__ import annotations

import subprocess
import sys

TOGETHER = """
import sys, threading
import msgspec
from kizuna.decoding import convert, decode

sys.setswitchinterval(1e-6)
found = []
for _ in range(150):
    inner = msgspec.defstruct("Inner", [(f"f{place}", int | None, None) for place in range(30)])
    others = [(f"x{place}", dict[str, int] | None, None) for place in range(30)]
    outer = msgspec.defstruct("Outer", [("inner", list[inner]), *others])
    start = threading.Barrier(8)

    def first(place, inner=inner, outer=outer, start=start):
        start.wait()
        if place % 2:
            found.append(decode(b'{"inner": [{"f29": 3}], "x29": {"a": 1}}', outer).inner[0].f29)
        else:
            found.append(convert({"f29": 3}, inner).f29)

    together = [threading.Thread(target=first, args=(place,)) for place in range(8)]
    for one in together:
        one.start()
    for one in together:
        one.join()
print(len(found), set(found))
"""


def test_threads_that_decode_into_a_new_kind_at_once_all_get_their_answer() -> None:
    # In a process of its own: what this guards against takes the whole process down.
    done = subprocess.run([sys.executable, "-c", TOGETHER], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout.strip()) == (0, "1200 {3}"), done.stderr
