"""``python -m kizuna`` is ``kizuna``."""

from __future__ import annotations

from kizuna.cli.main import main

main()
