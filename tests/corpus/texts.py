"""Labelled texts in several languages, enough of them to be trained on and different enough not to be taken for copies."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Final

Pair = tuple[str, str]

_FORMS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "en": {
        "praise": (
            "The {} arrived early and works well",
            "My sister loves this {}",
            "Best {} I have owned in years",
            "Great value, the {} feels solid",
        ),
        "complaint": (
            "After two days the {} stopped working",
            "I waited three weeks for the {}",
            "Cheap plastic, this {} broke at once",
            "The {} smells bad and is dirty",
        ),
    },
    "zh": {
        "好评": ("{}收到了，比想象中好用很多", "给妈妈买的{}，她非常喜欢", "这款{}用了半年，一点问题都没有", "物流很快，{}包装得很仔细"),
        "差评": (
            "{}用了两天就坏了，客服也不理人",
            "等了三个星期才收到{}，太慢了",
            "{}的做工很差，边上全是毛刺",
            "和图片完全不一样的{}，要求退货",
        ),
    },
    "tw": {
        "好評": ("{}收到了，比想像中好用很多", "幫媽媽買的{}，她非常喜歡", "這款{}用了半年，完全沒有問題", "出貨很快，{}包裝得很仔細"),
        "負評": (
            "{}用了兩天就壞了，客服也不理人",
            "等了三個星期才收到{}，太慢了",
            "{}的做工很差，邊緣都是毛邊",
            "跟圖片完全不一樣的{}，要求退貨",
        ),
    },
    "ja": {
        "良い": (
            "{}が早く届いて助かりました",
            "母に贈った{}をとても喜んでいます",
            "この{}は半年使っても問題ありません",
            "値段のわりに{}の質が高いです",
        ),
        "悪い": (
            "{}は二日で壊れてしまいました",
            "{}が届くまで三週間もかかりました",
            "写真とまったく違う{}でした",
            "{}の作りが雑で使いにくいです",
        ),
    },
    "ko": {
        "긍정": (
            "{} 배송이 빨라서 정말 좋았어요",
            "어머니께 드린 {} 아주 좋아하세요",
            "이 {} 반년을 써도 문제가 없어요",
            "가격에 비해 {} 품질이 훌륭합니다",
        ),
        "부정": (
            "{} 이틀 만에 고장이 났어요",
            "{} 받는 데 삼 주나 걸렸습니다",
            "사진과 전혀 다른 {} 왔네요",
            "{} 마감이 거칠고 냄새가 납니다",
        ),
    },
    "ru": {
        "хорошо": (
            "Отличный товар, {} пришёл быстро",
            "Подарил маме {}, она очень довольна",
            "Пользуюсь полгода, {} как новый",
            "За свои деньги {} просто прекрасен",
        ),
        "плохо": (
            "Через два дня {} сломался",
            "Ждал три недели, пока {} привезут",
            "Это совсем не тот {}, что на фото",
            "Дешёвый пластик, {} треснул сразу",
        ),
    },
    "fr": {
        "positif": (
            "Livraison très rapide, {} de bonne qualité",
            "Ma mère adore ce {}, merci à tous",
            "Après six mois, le {} est toujours parfait",
            "Pour ce prix, le {} est étonnant",
        ),
        "négatif": (
            "Le {} s’est cassé après deux journées",
            "J’ai attendu trois semaines, très déçu du {}",
            "Rien à voir avec la photo, le {} est abîmé",
            "Plastique bon marché, {} à éviter",
        ),
    },
    "pl": {
        "dobre": (
            "Świetny {}, przyszedł bardzo szybko",
            "Kupiłem żonie {} i jest zachwycona",
            "Po pół roku {} wciąż działa bez zarzutu",
            "Za tę cenę {} jest naprawdę świetny",
        ),
        "złe": (
            "Po dwóch dniach {} się zepsuł",
            "Czekałem trzy tygodnie, aż {} przyjdzie",
            "Zupełnie inny {} niż na zdjęciu",
            "Tani plastik, {} pękł od razu",
        ),
    },
    "el": {
        "καλό": (
            "Πολύ καλή ποιότητα, {} ήρθε γρήγορα",
            "Το πήρα δώρο, {} της άρεσε πολύ",
            "Μετά από έξι μήνες {} δουλεύει τέλεια",
            "Για τα λεφτά του {} είναι εξαιρετικό",
        ),
        "κακό": (
            "Μετά από δύο μέρες {} χάλασε",
            "Περίμενα τρεις εβδομάδες για {}",
            "Καμία σχέση με τη φωτογραφία, {}",
            "Φτηνό πλαστικό, {} έσπασε αμέσως",
        ),
    },
}
_THINGS: Final[dict[str, tuple[str, ...]]] = {
    "en": ("kettle", "lamp", "jacket", "backpack", "blender"),
    "zh": ("水壶", "台灯", "外套", "背包", "耳机"),
    "tw": ("水壺", "檯燈", "外套", "背包", "耳機"),
    "ja": ("やかん", "ランプ", "上着", "かばん", "時計"),
    "ko": ("주전자", "전등", "외투", "가방", "시계"),
    "ru": ("чайник", "светильник", "рюкзак", "блендер", "телефон"),
    "fr": ("grille-pain", "manteau", "sèche-cheveux", "téléphone", "réveil"),
    "pl": ("czajnik", "płaszcz", "plecak", "zegar", "ekspres"),
    "el": ("ο βραστήρας", "το παλτό", "το ρολόι", "η τσάντα", "το τηλέφωνο"),
}


def pairs(language: str = "en") -> list[Pair]:
    """40 texts, half of them with each of two labels, in turns."""
    forms = _FORMS[language]
    columns = [[(form.format(thing), label) for thing in _THINGS[language] for form in texts] for label, texts in forms.items()]
    return [pair for both in zip(*columns, strict=True) for pair in both]


def labels(language: str = "en") -> frozenset[str]:
    """The two labels."""
    return frozenset(_FORMS[language])


def table(rows: Sequence[Sequence[object]], header: Sequence[str] | None = ("text", "label"), delimiter: str = ",", end: str = "\n") -> str:
    """Rows as a CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    if header is not None:
        writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
