"""The choices of the core tables' fields."""

from __future__ import annotations

from kizuna.model.fields import choice

CUSTOMER_KINDS = (choice("person", "個人", "Person"), choice("company", "法人", "Company"))
CUSTOMER_STATUSES = (
    choice("prospect", "見込客", "Prospect"),
    choice("customer", "顧客", "Customer"),
    choice("dormant", "休眠", "Dormant"),
    choice("left", "離脱", "Left"),
)
GENDERS = (choice("female", "女性", "Female"), choice("male", "男性", "Male"), choice("other", "その他", "Other"))
COMPANY_SIZES = (
    choice("1-9", "1〜9名", "1 to 9"),
    choice("10-49", "10〜49名", "10 to 49"),
    choice("50-299", "50〜299名", "50 to 299"),
    choice("300+", "300名以上", "300 or more"),
)
DECISION_POWERS = (
    choice("decides", "決裁者", "Decides"),
    choice("influences", "影響者", "Influences"),
    choice("informs", "窓口", "Informs"),
    choice("none", "なし", "None"),
)
INTERACTION_KINDS = (
    choice("visit", "訪問", "Visit"),
    choice("call", "電話", "Call"),
    choice("mail", "メール", "Mail"),
    choice("web", "ウェブ", "Web"),
    choice("post", "郵便", "Post"),
    choice("fax", "FAX", "Fax"),
    choice("enquiry", "問い合わせ", "Enquiry"),
    choice("complaint", "クレーム", "Complaint"),
    choice("other", "その他", "Other"),
)
INTERACTION_STATUSES = (choice("open", "対応中", "Open"), choice("done", "完了", "Done"))
PURCHASE_KINDS = (choice("sale", "販売", "Sale"), choice("return", "返品", "Return"))
PURCHASE_STATUSES = (choice("completed", "成立", "Completed"), choice("cancelled", "取消", "Cancelled"))
DEAL_STAGES = (
    choice("prospecting", "見込", "Prospecting"),
    choice("proposal", "提案", "Proposal"),
    choice("negotiation", "交渉", "Negotiation"),
    choice("closed", "終了", "Closed"),
)
DEAL_OUTCOMES = (choice("open", "商談中", "Open"), choice("won", "成約", "Won"), choice("lost", "失注", "Lost"))
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
