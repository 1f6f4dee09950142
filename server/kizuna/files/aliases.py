"""What people call the fields of a customer list, beyond the labels the tables declare."""

from __future__ import annotations

from collections.abc import Mapping

COMMON_ALIASES: Mapping[str, tuple[str, ...]] = {
    "number": (
        "No", "番号", "コード", "ID", "code", "顧客番号", "顧客コード", "顧客ID", "顧客No", "会員番号", "会員ID",
        "会員No", "お客様番号", "得意先コード", "得意先番号", "商品番号", "商品コード",
        "品番", "社員番号", "伝票番号", "受注番号", "注文番号",
        "customer number",
    ),
    "name": (
        "氏名", "お名前", "名前", "姓名", "名称", "顧客名", "お客様名",
        "得意先名", "会員名", "宛名", "商品名", "品名", "店名",
        "店舗名", "担当者名", "full name", "customer name", "product name",
    ),
    "kana": (
        "ふりがな", "かな", "よみがな", "読み", "読み仮名", "氏名カナ", "氏名かな", "名前カナ", "カナ氏名",
        "お名前カナ", "カナ名", "顧客名カナ", "furigana",
    ),
    "company": ("会社", "会社名", "法人名", "勤務先", "勤務先名", "企業名", "company name", "organization"),
    "postal_code": ("〒", "郵便番号", "郵便", "郵便No", "zip", "zip code", "postcode", "postal"),
    "prefecture": ("都道府県", "県", "都道府県名", "住所1", "state", "province"),
    "city": ("市区町村", "市町村", "市郡区", "市区郡", "住所2", "town"),
    "street": (
        "番地", "町名番地", "町域番地", "町名・番地", "住所3", "住所", "ご住所",
        "所在地", "address", "street address",
    ),
    "building": ("建物", "建物名", "マンション名", "ビル名", "建物・部屋番号", "住所4", "address 2"),
    "phone": ("電話", "電話番号", "TEL", "お電話番号", "固定電話", "自宅電話", "telephone", "tel no", "phone number"),
    "mobile": ("携帯", "携帯電話", "携帯番号", "携帯電話番号", "スマホ", "cell", "cell phone", "mobile phone"),
    "fax": ("ファックス", "ファクス", "FAX番号", "fax number"),
    "mail": (
        "メール", "メールアドレス", "E-mail", "Eメール", "電子メール", "mail address", "email address",
        "Eメールアドレス",
    ),
    "birthday": ("生年月日", "誕生日", "お誕生日", "birth date", "date of birth", "dob"),
    "gender": ("性別", "sex"),
    "industry": ("業種", "業界", "sector"),
    "size": ("規模", "従業員数", "企業規模"),
    "status": ("状態", "ステータス", "区分", "状況"),
    "tags": ("タグ", "ラベル", "分類", "labels"),
    "notes": ("備考", "メモ", "摘要", "コメント", "特記事項", "note", "memo", "comment", "comments", "remarks"),
    "first_contact_on": ("初回接触日", "登録日", "入会日", "会員登録日", "新規登録日", "created", "registered on"),
    "staff_id": ("担当", "担当者", "担当者名", "担当スタッフ", "営業担当", "sales agent", "staff", "owner"),
    "customer_id": (
        "顧客", "顧客番号", "顧客ID", "顧客コード", "会員番号", "お客様番号", "得意先コード",
        "得意先番号", "顧客名", "得意先名", "会員名", "customer",
        "customer number",
    ),
    "product_id": ("商品", "商品番号", "商品コード", "品番", "product", "product code", "sku"),
    "purchased_on": ("購入日", "購買日", "売上日", "注文日", "受注日", "取引日", "日付", "date", "order date"),
    "amount": ("金額", "購入金額", "売上", "売上金額", "合計", "合計金額", "sales", "total", "税込金額"),
    "quantity": ("数量", "個数", "点数", "qty"),
    "unit_price": ("単価", "price each"),
    "price": ("価格", "単価", "定価", "販売価格", "税込価格", "sales price", "list price"),
    "category": ("カテゴリ", "カテゴリー", "分類", "種別", "series"),
    "title": ("件名", "タイトル", "案件名", "広告名", "subject"),
    "medium": ("媒体", "広告媒体", "channel"),
    "cost": ("費用", "広告費", "コスト", "掲載費"),
}  # fmt: skip
"""Field name → headings seen in real files. A table's own labels and aliases win over these."""
