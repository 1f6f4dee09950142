"""What the chain sells: teas, health foods, tea things and gifts, with prices in yen including tax."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from kizuna.ops.sample.columns import Columns, RowCollector
from kizuna.ops.sample.row_ids import RowIds

# name, kana, category, price, how often bought; * marks what is no longer sold.
_GOODS = """
深蒸し煎茶 結葉 100g|フカムシセンチャ ユイハ|緑茶|1296|30
深蒸し煎茶 結葉 200g|フカムシセンチャ ユイハ|緑茶|2484|16
上煎茶 みのり 100g|ジョウセンチャ ミノリ|緑茶|1080|28
特上煎茶 朝霧 100g|トクジョウセンチャ アサギリ|緑茶|2160|14
玉露 露ひかり 50g|ギョクロ ツユヒカリ|緑茶|2700|7
新茶 八十八夜摘み 100g|シンチャ ハチジュウハチヤヅミ|緑茶|1620|18
水出し緑茶ティーバッグ 20包|ミズダシリョクチャティーバッグ|緑茶|972|18
粉末緑茶 まるごと 80g|フンマツリョクチャ マルゴト|緑茶|1188|14
抹茶 宇治の初昔 40g|マッチャ ウジノハツムカシ|緑茶|3240|6
茎ほうじ茶 150g|クキホウジチャ|ほうじ茶・玄米茶|864|26
香ばし玄米茶 200g|コウバシゲンマイチャ|ほうじ茶・玄米茶|756|20
ほうじ茶ティーバッグ 30包|ホウジチャティーバッグ|ほうじ茶・玄米茶|1080|15
有機ルイボスティー 50包|ユウキルイボスティー|健康茶|1944|14
黒豆茶 国産 30包|クロマメチャ コクサン|健康茶|1512|12
桑の葉青汁 30包|クワノハアオジル|健康茶|3780|12
ごぼう茶 25包|ゴボウチャ|健康茶|1404|9
甜茶ブレンド 20包*|テンチャブレンド|健康茶|1620|3
緑茶カテキン粒 1か月分|リョクチャカテキンツブ|健康食品|4860|11
黒酢もろみカプセル 1か月分|クロズモロミカプセル|健康食品|5184|8
国産はちみつ 300g|コクサンハチミツ|健康食品|3456|8
発酵生姜パウダー 60g|ハッコウショウガパウダー|健康食品|2376|8
茶葉クッキー 12枚|チャバクッキー|菓子|1296|16
抹茶羊羹 1本|マッチャヨウカン|菓子|1620|12
ほうじ茶カステラ*|ホウジチャカステラ|菓子|1836|6
常滑焼 急須|トコナメヤキ キュウス|茶器|5940|3
萩焼 夫婦湯呑|ハギヤキ メオトユノミ|茶器|7560|2
茶筒 桜皮細工|チャヅツ カバザイク|茶器|8640|1
煎茶2本詰合せ 花ごよみ|センチャニホンツメアワセ ハナゴヨミ|ギフト|3240|9
煎茶3本詰合せ 結の葉|センチャサンボンツメアワセ ユイノハ|ギフト|5400|7
銘茶と菓子の詰合せ 四季|メイチャトカシノツメアワセ シキ|ギフト|4320|8
玉露・煎茶 木箱入り 寿|ギョクロセンチャキバコイリ コトブキ|ギフト|10800|2
お試しお茶セット 5種|オタメシオチャセット|お試し|1080|12
"""

_GIFT_MONTHS = (6, 7, 11, 12)


@dataclass(frozen=True, slots=True)
class Product:
    """One product as the purchases need it; `price` in yen."""

    id: str
    name: str
    category: str
    price: int
    popularity: int
    discontinued: bool


class Shelf:
    """The products, and how likely each is to be bought in a given month."""

    def __init__(self, products: list[Product]) -> None:
        self.products = products
        self.trial = next(product for product in products if product.category == "お試し")
        self._by_month = {month: self._weights(month) for month in range(1, 13)}

    def draw(self, rng: random.Random, month: int, *, sold_today: bool) -> Product:
        """Return one product; with `sold_today`, none that is no longer sold."""
        while True:
            product = rng.choices(self.products, cum_weights=self._by_month[month])[0]
            if not (sold_today and product.discontinued):
                return product

    def _weights(self, month: int) -> list[int]:
        return list(accumulate(_weight(product, month) for product in self.products))


def make_products(ids: RowIds, opened_on: date) -> tuple[Columns, Shelf]:
    """Return the rows of the products and the shelf to draw from."""
    table = RowCollector("id", "number", "name", "kana", "category", "price", "notes", "discontinued")
    products: list[Product] = []
    for line in _GOODS.strip().split("\n"):
        marked_name, kana, category, price, popularity = line.split("|")
        name = marked_name.rstrip("*")
        product = Product(ids.on(opened_on), name, category, int(price), int(popularity), name != marked_name)
        products.append(product)
        notes = "終売。在庫限り" if product.discontinued else ("4月下旬から7月まで" if "新茶" in name else None)
        table.add(product.id, f"P{len(products):04d}", name, kana, category, product.price, notes, product.discontinued)
    return table.columns(), Shelf(products)


def _weight(product: Product, month: int) -> int:
    weight = product.popularity * 10
    if product.category == "ギフト":
        return weight * (5 if month in _GIFT_MONTHS else 1)
    if "新茶" in product.name:
        return weight * (4 if month in (5, 6) else 0 if month not in (4, 7) else 1)
    if "水出し" in product.name:
        return weight * 3 if 5 <= month <= 9 else weight // 10
    return weight
