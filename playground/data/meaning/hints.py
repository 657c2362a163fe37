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
    部门 language 语言 spam stance tags categories topics genres 多标签 标签列表
    relation entailment similarity 相似度 分数 得分 grade label_id class_id category_id intent_id
    topic_id 标签编号 类别编号
""")
#: Plain name -> rank, 0 is the strongest hint.
TEXT_NAMES: Final = {name: rank for rank, name in enumerate(_TEXT_ORDER)}
LABEL_NAMES: Final = {name: rank for rank, name in enumerate(_LABEL_ORDER)}
#: Of these, names of classes even where the classes are numbers; the others (score, rating ...) may be quantities.
CLASS_NAMES: Final = frozenset(
    _listed("""
    label labels 标签 class 类别 category 分类 intent 意图 topic tag label_id class_id category_id intent_id topic_id 标签编号 类别编号
""")
)
#: The two texts of a pair, first and second.
PAIR_NAMES: Final = tuple(
    tuple(pair.split("/"))
    for pair in _listed("""
        premise/hypothesis sentence1/sentence2 sentence_1/sentence_2 text1/text2 text_1/text_2 text_a/text_b sentence_a/sentence_b
        s1/s2 question1/question2 question_1/question_2 q1/q2 query1/query2 text/text_pair query/document query/passage
        query/doc question/answer question/passage question/context question/sentence claim/evidence claim/article
        前提/假设 句子1/句子2 文本1/文本2 句子a/句子b 问题1/问题2 问题/答案 问题/回答 查询/文档
    """)
)
#: What is asked and what is to be answered, for generation; best first.
PROMPT_NAMES: Final = _listed("prompt instruction question query input 指令 提示 提示词 问题 提问 输入 user human request")
RESPONSE_NAMES: Final = _listed("response completion output answer 回答 答案 输出 回复 assistant reply target chosen")
MESSAGES_NAMES: Final = frozenset(_listed("messages conversations conversation dialog dialogue chat 对话 消息"))
TOKENS_NAMES: Final = frozenset(_listed("tokens words token 词 字 词语"))
TAGS_NAMES: Final = frozenset(_listed("tags ner_tags pos_tags ner tag labels bio iob 标签 标注 label entities"))
SPANS_NAMES: Final = frozenset(_listed("spans entities annotations label labels ents 实体 实体标注 标注"))
#: Columns that say which split a row belongs to, and what they call the splits.
SPLIT_NAMES: Final = frozenset(_listed("split subset partition set fold_name dataset 数据集 划分"))
SPLIT_VALUES: Final = {
    **dict.fromkeys(_listed("train training trn 训练 训练集"), "train"),
    **dict.fromkeys(_listed("validation valid val dev eval development 验证 验证集 开发集"), "validation"),
    **dict.fromkeys(_listed("test testing tst heldout held_out 测试 测试集"), "test"),
}
_NOISE: Final = re.compile(r"[\s\-.]+")


def plain_name(name: str) -> str:
    """A column name as the tables above spell it: NFKC, lower case, ``_`` for spaces, dashes and dots."""
    return _NOISE.sub("_", unicodedata.normalize("NFKC", name).strip().casefold())
