"""What the owner may set about follow-up. Each field's title is Japanese, its description English."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from kizuna import Text
from kizuna_follow_up.plans import DayRule


class FollowUpSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Working days, what labels are printed on, and how mails go out."""

    name: ClassVar[str] = "follow_up"
    label: ClassVar[Text] = Text("フォロー", "Follow-up")

    day_rule: Annotated[
        DayRule,
        Meta(
            title="休みの日に当たるとき（as_is そのまま、next 次の営業日、previous 前の営業日）",
            description="What a new plan does with steps on closed days: as_is, next or previous working day",
        ),
    ] = "as_is"
    national_holidays: Annotated[
        bool, Meta(title="祝日は休み", description="Whether the shop keeps the national holidays of Japan")
    ] = True
    closed_days: Annotated[
        tuple[date, ...],
        Meta(
            title="臨時休業日", description="Single days the shop is closed besides its weekdays (year's end, Obon …)"
        ),
    ] = ()
    label_sheet: Annotated[
        str, Meta(title="ラベル用紙（例: A4-12）", description="Label sheet labels are printed on, such as A4-12")
    ] = "A4-12"
    label_font: Annotated[
        str,
        Meta(
            title="ラベルのフォント（ファイルの場所。空欄で自動）",
            description="Path of a TrueType font for labels; empty looks for a free Japanese one",
            max_length=500,
        ),
    ] = ""
    mail_from: Annotated[
        str, Meta(title="メールの差出人アドレス", description="Address mails come from", max_length=200)
    ] = ""
    mail_from_name: Annotated[
        str, Meta(title="メールの差出人名", description="Name mails come from", max_length=200)
    ] = ""
    smtp_host: Annotated[
        str,
        Meta(
            title="送信サーバー（空欄なら送らず下書きだけ）",
            description="Mail server that sends; empty makes drafts only. Its password is KIZUNA_SMTP_PASSWORD",
            max_length=200,
        ),
    ] = ""
    notify_mail: Annotated[
        str,
        Meta(
            title="取り込みの知らせを受け取るアドレス（空欄なら送らない）",
            description="Address told how many tasks an import brought; empty: nobody is told",
            max_length=200,
        ),
    ] = ""
    smtp_port: Annotated[
        int, Meta(title="送信サーバーのポート", description="Port of the mail server", ge=1, le=65_535)
    ] = 587
    smtp_security: Annotated[
        Literal["starttls", "ssl", "none"],
        Meta(
            title="送信の暗号化（starttls、ssl、none）",
            description="How the connection is encrypted; none is for a server on this computer",
        ),
    ] = "starttls"
    smtp_user: Annotated[
        str, Meta(title="送信サーバーの利用者名", description="User at the mail server", max_length=200)
    ] = ""
