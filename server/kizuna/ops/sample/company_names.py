"""Names of companies that send gifts or drink tea: invented, in the forms such names take."""

from __future__ import annotations

import random

# Stem with its reading.
_STEMS = (
    "結浜 ユイハマ|茜坂 アカネザカ|露草 ツユクサ|葉月野 ハヅキノ|若苗 ワカナエ|みのり坂 ミノリザカ|"
    "星見台 ホシミダイ|藤波瀬 フジナミセ|汐音 シオネ|朝凪町 アサナギチョウ|雪柳 ユキヤナギ|風待ち カゼマチ|"
    "月見野 ツキミノ|こもれび野 コモレビノ|青嶺 アオネ|花筏 ハナイカダ|千草原 チグサハラ|水縹 ミハナダ|"
    "萌木坂 モエギザカ|灯里 アカリ|白露野 シラツユノ|遠音 トオネ|山吹台 ヤマブキダイ|蛍沢 ホタルザワ|"
    "紅葉瀬 モミジセ|鈴音 スズネ|ひなた坂 ヒナタザカ|小春野 コハルノ|早苗田 サナエダ|渚橋 ナギサバシ"
)
# What follows the stem, its reading, the industry, the legal form and where it stands.
_KINDS = (
    "工務店 コウムテン 建設 株式会社 前|建設 ケンセツ 建設 株式会社 後|不動産 フドウサン 不動産 株式会社 後|"
    "精機 セイキ 製造 株式会社 前|食品 ショクヒン 製造 株式会社 後|印刷 インサツ 製造 有限会社 前|"
    "商事 ショウジ 卸売 株式会社 前|物産 ブッサン 卸売 株式会社 後|薬局 ヤッキョク 小売 有限会社 前|"
    "生花店 セイカテン 小売  -|歯科医院 シカイイン 医療  -|クリニック クリニック 医療 医療法人 前|"
    "の里 ノサト 介護・福祉 社会福祉法人 前|保育園 ホイクエン 教育 社会福祉法人 前|"
    "旅館 リョカン 宿泊・飲食 株式会社 後|茶寮 サリョウ 宿泊・飲食 合同会社 前|"
    "会計事務所 カイケイジムショ 士業  -|法律事務所 ホウリツジムショ 士業  -|"
    "システム システム 情報通信 株式会社 前|運輸 ウンユ 運輸 株式会社 後|自動車 ジドウシャ 小売 有限会社 後|"
    "葬祭 ソウサイ サービス 株式会社 前|美容室 ビヨウシツ サービス  -|信用金庫 シンヨウキンコ 金融  -"
)
SIZES = ("1-9", "10-49", "50-299", "300+")

_LEGAL_KANA = {
    "株式会社": "カブシキガイシャ", "有限会社": "ユウゲンガイシャ", "合同会社": "ゴウドウガイシャ",
    "医療法人": "イリョウホウジン", "社会福祉法人": "シャカイフクシホウジン",
}  # fmt: skip


class CompanyNames:
    """A source of company names of which none comes twice."""

    def __init__(self, rng: random.Random) -> None:
        stems = [stem.split() for stem in _STEMS.split("|")]
        kinds = [kind.split(" ") for kind in _KINDS.split("|")]
        self._rng = rng
        self._pairs = [(stem, kind) for stem in stems for kind in kinds]
        self._left: list[tuple[list[str], list[str]]] = []
        self._round = 0

    def draw(self) -> tuple[str, str, str]:
        """Return name, reading and industry."""
        if not self._left:
            self._round += 1
            self._left = self._rng.sample(self._pairs, len(self._pairs))
        (stem, stem_kana), (kind, kind_kana, industry, legal, place) = self._left.pop()
        branch = "" if self._round == 1 else f" 第{self._round}支店"
        name = f"{legal}{stem}{kind}" if place == "前" else f"{stem}{kind}{legal}" if place == "後" else f"{stem}{kind}"
        return name + branch, _whole_kana(legal, place, f"{stem_kana}{kind_kana}"), industry


def _whole_kana(legal: str, place: str, kana: str) -> str:
    """Return the reading of a whole company name."""
    form = _LEGAL_KANA.get(legal, "")
    return f"{form} {kana}".strip() if place == "前" else f"{kana} {form}".strip()
