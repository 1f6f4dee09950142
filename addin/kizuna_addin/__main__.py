"""``python -m kizuna_addin`` is ``kizuna-addin``."""

from __future__ import annotations

from kizuna_addin.cli import main

main()
