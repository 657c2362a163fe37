"""Names people give to columns of texts and labels, in English and Chinese, best first."""

from __future__ import annotations

import re
import unicodedata
from typing import Final


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_TEXT_ORDER: Final = _listed("""
    text 文本 sentence 句子 content 内容 评论内容 评论 review comment 正文 message 留言 body utterance query question 问题
    问句 input tweet post headline 标题 title description 描述 文本内容 弹幕 反馈 feedback email ticket 工单 sms document
    news 新闻 消息 对话 prompt txt review_text text_content summary 摘要 subject 主题 sentence1 premise reviewtext
    content_text passage
""")
_LABEL_ORDER: Final = _listed("""
    label labels 标签 class 类别 category 分类 intent 意图 sentiment 情感 情感倾向 target tag topic 主题类别 话题 y
    emotion 情绪 type 类型 polarity 极性 priority 优先级 rating 评级 评分 stars score genre output answer gold annotation
    标注 好评差评 评价 level 等级 severity status queue team label_name label_text class_name category_name intent_name department
    部门 language 语言 spam stance
""")
#: Plain name -> rank, 0 is the strongest hint.
TEXT_NAMES: Final = {name: rank for rank, name in enumerate(_TEXT_ORDER)}
LABEL_NAMES: Final = {name: rank for rank, name in enumerate(_LABEL_ORDER)}
_NOISE: Final = re.compile(r"[\s\-.]+")


def plain_name(name: str) -> str:
    """A column name as the tables above spell it: NFKC, lower case, ``_`` for spaces, dashes and dots."""
    return _NOISE.sub("_", unicodedata.normalize("NFKC", name).strip().casefold())
