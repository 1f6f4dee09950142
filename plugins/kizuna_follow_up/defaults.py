"""The two plans a shop begins with: four contacts for prospects, five after a purchase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from kizuna import Write
from kizuna_follow_up.plans import Channel, Unit
from kizuna_follow_up.tables import FollowUpPlan


@dataclass(frozen=True, slots=True)
class DefaultStep:
    """A step as it is installed."""

    wait: int
    unit: Unit
    channel: Channel
    title: str
    template: str


BEFORE = (
    DefaultStep(
        0, "days", "post", "資料・サンプルのお届け",
        "{宛名}\n\nこのたびは{店名}の資料・サンプルをお申し込みいただき、ありがとうございます。"
        "\nさっそくお送りいたします。どうぞお試しください。\n\nご不明な点は、お気軽にお電話ください({店の電話})。\n\n{店名}",
    ),
    DefaultStep(
        8, "days", "phone", "届いたかの確認と感想",
        "「先日お送りしたサンプルは届いておりますでしょうか。お使いになってみていかがでしたか。」\n困りごとを一つ伺い、控えておく。",
    ),
    DefaultStep(
        7, "days", "mail", "お客様の声のご紹介",
        "{宛名}\n\n{店名}です。先日はサンプルをお試しいただき、ありがとうございました。"
        "\nお使いの方からいただいた声をご紹介いたします。\n\n(ここにお客様の声を書いてください)\n\n{店名} {店の電話}",
    ),
    DefaultStep(
        6, "days", "mail", "初回限定のご案内",
        "{宛名}\n\n{店名}です。初めての方へのご案内も、まもなく終了いたします。"
        "\nご検討中でしたら、この機会にぜひお試しください。\n\n{店名} {店の電話}",
    ),
)  # fmt: skip
AFTER = (
    DefaultStep(
        1, "days", "post", "お買い上げのお礼状",
        "{宛名}\n\n{購入日}には{商品}をお買い上げいただき、誠にありがとうございました。"
        "\nお使いになって気になることがございましたら、いつでもご連絡ください。\n\n{店名} {店の電話}",
    ),
    DefaultStep(
        8, "days", "phone", "使い心地の確認",
        "「先日お買い上げの{商品}は、お使いいただけていますか。ご不便はございませんか。」",
    ),
    DefaultStep(
        11, "days", "mail", "上手な使い方のご案内",
        "{宛名}\n\n{店名}です。{商品}をより良くお使いいただくためのこつをお届けします。"
        "\n\n(ここに使い方を書いてください)\n\n{店名} {店の電話}",
    ),
    DefaultStep(
        1, "months", "post", "季節のご挨拶",
        "{宛名}\n\nその後いかがお過ごしでしょうか。季節の品をそろえて、ご来店をお待ちしております。\n\n{店名} {店の電話}",
    ),
    DefaultStep(
        1, "months", "mail", "そろそろ次のご案内",
        "{宛名}\n\n{店名}です。{商品}はそろそろお手元で少なくなる頃かと存じます。"
        "\n次のご注文を承っております。\n\n{店名} {店の電話}",
    ),
)  # fmt: skip
DEFAULTS: tuple[tuple[str, str, tuple[DefaultStep, ...]], ...] = (
    ("見込客4通", "before", BEFORE),
    ("購入後5回", "after", AFTER),
)


def install_defaults(write: Write) -> list[str]:
    """Install the plans of `DEFAULTS` that are not there by name; return the names of those installed.

    They concern what happens from today on, so that a history brought in floods nobody with old tasks.
    """
    there = set(write.data.columns(sa.select(FollowUpPlan.name))[0])
    missing = [one for one in DEFAULTS if one[0] not in there]
    if not missing:
        return []
    names = [name for name, _, _ in missing]
    kinds = [kind for _, kind, _ in missing]
    columns: dict[str, list[Any]] = {"name": names, "kind": kinds, "from_on": [write.today] * len(missing)}
    plans = write.insert("follow_up_plans", columns)
    steps = [
        (plan, place, step)
        for plan, (_, _, listed) in zip(plans, missing, strict=True)
        for place, step in enumerate(listed, 1)
    ]
    write.insert(
        "follow_up_steps",
        {
            "plan_id": [plan for plan, _, _ in steps],
            "position": [place for _, place, _ in steps],
            **{
                name: [getattr(step, name) for _, _, step in steps]
                for name in ("wait", "unit", "channel", "title", "template")
            },
        },
    )
    return names
