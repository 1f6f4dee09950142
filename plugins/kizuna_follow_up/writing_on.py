"""What follow-up does after rows were written."""

from __future__ import annotations

from kizuna import RowChanges, Write
from kizuna_follow_up.generating import bring_up_to_date
from kizuna_follow_up.news import news_of
from kizuna_follow_up.pace import Pace
from kizuna_follow_up.typed import fill_in_plans, fill_in_tasks


def take_changes(write: Write, table: str, changes: RowChanges, pace: Pace) -> None:
    """Start, end, move and replan tasks as the written rows ask, as far as the time goes."""
    if table == "follow_up_plans":
        fill_in_plans(write, changes)
    news = news_of(table, changes)
    if table == "follow_up_tasks":
        news.customers |= fill_in_tasks(write, changes)
    bring_up_to_date(write, news, write.today, pace=pace)
