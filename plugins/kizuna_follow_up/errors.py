"""What can go wrong in follow-up: one class each.

KizunaError
├── NeverOpenError          the shop has no working day
├── UnknownFieldError       a text template names a field that does not exist
├── BrokenTemplateError     a text template has an unfinished place
├── SkipNeedsReasonError    a task is skipped without saying why
├── PostponeError           a task is postponed to a day that is not ahead
├── MailSenderMissingError  the settings name no address mails come from
├── MailServerError         the mail server cannot be reached or refuses us
├── NoMailServerError       mails are to be sent and the settings name no server
├── NoSheetError            there is no label sheet of that name
├── LabelSheetError         a label sheet's measures do not fit its paper
├── StartPositionError      printing starts on a label the sheet does not have
├── UnknownPlanError        there is no plan of that name
├── NoStepsError            a plan to start has no steps
└── NoNumbersError          a list of customers names none
"""

from __future__ import annotations

from kizuna.errors import KizunaError, RequestError, Text


class NeverOpenError(KizunaError):
    """The closing days leave no day to work on."""

    code = "follow_up_never_open"
    text = Text(
        "{day} の前後 1 年に営業日がありません。店舗の定休日と休業日を確認してください。",
        "There is no working day within a year of {day}: check the shop's closing weekdays and days.",
    )


class UnknownFieldError(KizunaError):
    """A template names a field nobody fills."""

    code = "follow_up_unknown_field"
    text = Text(
        "文面の {{{field}}} という項目はありません。使える項目: {known}",
        "The text uses {{{field}}}, which is no field. Use one of: {known}",
    )


class BrokenTemplateError(KizunaError):
    """A template's braces do not pair."""

    code = "follow_up_broken_template"
    text = Text(
        "文面の {position} 文字目の波かっこが閉じていません。"
        "項目は {{名前}} のように書き、かっこそのものは {{{{ と }}}} と書きます。",
        "The brace at character {position} of the text has no partner. Write a field as {{name}}, "
        "and {{{{ or }}}} for the brace itself.",
    )


class SkipNeedsReasonError(KizunaError):
    """A skipped task tells nothing without its reason."""

    code = "follow_up_skip_reason"
    text = Text("見送るときは理由を書いてください。", "Write down why the task is skipped.")


class PostponeError(KizunaError):
    """A task can only be moved to a day that is still to come."""

    code = "follow_up_postpone"
    text = Text(
        "{to} には延期できません。{today} より後の日を入れてください。",
        "A task cannot be postponed to {to}: give a day after {today}.",
    )


class LabelSheetError(KizunaError):
    """The labels do not fit on the paper."""

    code = "follow_up_label_sheet"
    text = Text(
        "ラベル用紙「{name}」の寸法が用紙に収まりません（横 {width} mm、縦 {height} mm 必要）。"
        "寸法を確認してください。",
        'The labels of sheet "{name}" do not fit on the paper (they need {width} x {height} mm): check the measures.',
    )


class StartPositionError(KizunaError):
    """Printing starts on a label the sheet has."""

    code = "follow_up_start_position"
    text = Text(
        "開始位置 {start} は使えません。1 から {labels} までの番号を入れてください。",
        "There is no label {start} on the sheet: start at 1 to {labels}.",
    )


class MailSenderMissingError(KizunaError):
    """Mails need somebody they come from."""

    code = "follow_up_mail_sender"
    text = Text(
        "差出人のメールアドレスがありません。kizuna settings set follow_up mail_from=shop@example.jp のように設定してください。",
        "There is no address mails come from: use kizuna settings set follow_up mail_from=shop@example.jp.",
    )


class NoMailServerError(KizunaError):
    """Sending needs a server."""

    code = "follow_up_no_mail_server"
    text = Text(
        "送信サーバーがありません。設定 follow_up の smtp_host を入れるか、--send を付けずに下書きを作ってください。",
        "There is no mail server: set smtp_host in the settings of follow_up, or make drafts without --send.",
    )


class MailServerError(KizunaError):
    """The mail server does not do its part."""

    code = "follow_up_mail_server"
    text = Text(
        "送信サーバー {host} に送れません({reason})。設定 follow_up とパスワード KIZUNA_SMTP_PASSWORD を確認してください。",
        "The mail server {host} does not take mails ({reason}): check the settings of follow_up and KIZUNA_SMTP_PASSWORD.",
    )


class NoSheetError(KizunaError):
    """No label sheet has that name."""

    code = "follow_up_no_sheet"
    text = Text(
        "「{name}」というラベル用紙はありません。使える用紙: {known}",
        'There is no label sheet "{name}". Use one of: {known}',
    )


class UnknownPlanError(RequestError):
    """A plan is to be started that there is not."""

    code = "follow_up_unknown_plan"
    text = Text(
        "「{plan}」というフォロー計画はありません。あるもの: {known}",
        'There is no follow-up plan "{plan}". There are: {known}',
    )


class NoStepsError(RequestError):
    """A plan without steps brings nothing to do."""

    code = "follow_up_no_steps"
    text = Text(
        "計画「{plan}」には手順がありません。「フォロー手順」に手順を入れてください。",
        'The plan "{plan}" has no steps. Enter them in the follow-up steps.',
    )


class NoNumbersError(RequestError):
    """A list of customers has no column of their numbers."""

    code = "follow_up_no_numbers"
    text = Text(
        "「{file}」に顧客番号がありません。「顧客番号」という見出しの列に入れてください。",
        'There are no customer numbers in "{file}": put them into a column headed "Customer number".',
    )
