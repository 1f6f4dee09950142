"""Tell plugins of a committed changeset; what they do then is their own affair."""

from __future__ import annotations

import logging
from functools import partial

from kizuna.plugins import Plugins
from kizuna.rows import ChangesetSummary

MOST_SECONDS = 5.0
log = logging.getLogger("kizuna.plugins")


def tell_done(plugins: Plugins, changeset: ChangesetSummary) -> None:
    """Tell every listener; one that raises or takes too long is logged and named."""
    for listener in plugins.implementations("changeset_done"):
        try:
            plugins.helpers.within(MOST_SECONDS, partial(listener, changeset=changeset))
        except Exception:
            log.exception("plugin %s failed in changeset_done of changeset %s", listener.plugin, changeset.id)
