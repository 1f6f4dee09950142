"""The synced table of answers."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped

from kizuna import Text
from kizuna.model import Sync, SyncedRow, field


class NpsAnswer(SyncedRow):
    """One customer's answer to one survey."""

    __tablename__ = "nps_answers"
    __sync__ = Sync(Text("アンケート回答", "Survey answers"))

    customer_id: Mapped[str | None] = field("reference", "顧客", "Customer", references="customers", required=True)
    answered_on: Mapped[date | None] = field("date", "回答日", "Answered on", required=True)
    score: Mapped[int | None] = field(
        "integer",
        "おすすめ度",
        "Score",
        required=True,
        least=0,
        most=10,
        help_ja="0（すすめない）から 10（ぜひすすめたい）",
        help_en="0 (not at all) to 10 (very likely)",
    )
    comment: Mapped[str | None] = field("text", "ひとこと", "Comment", max_length=1_000)
