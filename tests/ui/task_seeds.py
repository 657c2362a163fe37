"""Finished runs of every task that were never trained: real run folders with invented answers, for views and pages in seconds."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from playground.compare import Comparison, compare
from playground.data.types import Dataset, TaskName
from playground.recipe import Recipe
from playground.runs.events import (
    CheckpointEvent,
    DeviceEvent,
    EvaluationEvent,
    Event,
    FinishedEvent,
    ReferenceEvent,
    StageEvent,
    StepEvent,
)
from playground.runs.folder import RunFolder, write_text
from playground.runs.process import ProcessId
from playground.runs.records import Launch
from playground.runs.store import RunStore
from playground.runs.types import Result, Run, Splits
from playground.runs.writer import EventWriter
from playground.tasks import get_task, lower_is_better
from playground.words import Language

#: How good each answerer is: its share of right answers, or what stands for that in the task.
_SKILL = {"majority": 0.15, "mean": 0.0, "frequency": 0.0, "zero_shot": 0.45, "nearest": 0.3, "tfidf": 0.55, "probe": 0.62, "untuned": 0.4}
_TUNED = 0.86

_LABELS = {"en": ("delivery", "packaging", "price", "quality", "service"), "zh": ("包装", "价格", "客服", "物流", "质量")}
_REVIEWS = {
    "en": (
        "Arrived two days late and the box was crushed, but the lamp itself is lovely.",
        "Cheap for what it does; the helpline answered within a minute.",
        "The zip broke in the first week and nobody replies to my mails.",
        "Well packed, quick, and exactly the colour in the picture.",
    ),
    "zh": (
        "晚到了两天，盒子也压扁了，不过台灯本身很漂亮。",
        "价格便宜，客服一分钟内就回复了。",
        "拉链第一周就坏了，发邮件没人理。",
        "包装严实，送得快，颜色和图片一样。",
    ),
}
_PAIRS = {
    "en": (
        ("How do I change my address?", "Where can I update the address of my order?"),
        ("Is it waterproof?", "Can it be used in the rain?"),
    ),
    "zh": (("怎么修改收货地址？", "订单的地址在哪里改？"), ("防水吗？", "下雨天能用吗？")),
}
_PAIR_LABELS = {"en": ("same", "different"), "zh": ("相同", "不同")}
_ENTITIES = {
    "en": (
        ("Angela Merkel visited Siemens in Munich on Tuesday .", "B-PER I-PER O B-ORG O B-LOC O B-DATE O"),
        ("The World Health Organization opened an office in New Delhi .", "O B-ORG I-ORG I-ORG O O O O B-LOC I-LOC O"),
        ("Maria Silva joined Banco do Brasil last June .", "B-PER I-PER O B-ORG I-ORG I-ORG B-DATE I-DATE O"),
    ),
    "zh": (
        (
            "张 伟 上 周 三 在 北 京 大 学 见 了 李 娜 。",
            "B-人名 I-人名 B-日期 I-日期 I-日期 O B-机构 I-机构 I-机构 I-机构 O O B-人名 I-人名 O",
        ),
        ("华 为 将 在 深 圳 建 新 厂 。", "B-机构 I-机构 O O B-地点 I-地点 O O O O"),
        ("王 芳 2 0 2 5 年 加 入 阿 里 巴 巴 。", "B-人名 I-人名 B-日期 I-日期 I-日期 I-日期 I-日期 O O B-机构 I-机构 I-机构 I-机构 O"),
    ),
}
_QUESTIONS = {
    "en": (
        (
            "How do I return a lamp that arrived broken?",
            "Please send it back free of charge with the label in the box; we refund you within three days.",
        ),
        (
            "Can I change the delivery address?",
            "Yes, as long as the parcel has not left our warehouse: open the order and choose “Change address”.",
        ),
        ("Where is my invoice?", "The invoice is attached to the mail that confirmed your order."),
    ),
    "zh": (
        ("收到的台灯坏了，怎么退？", "请用箱内的退货单免费寄回，三天内为您退款。"),
        ("可以改收货地址吗？", "可以，只要包裹还没出库：打开订单，选择“修改地址”。"),
        ("发票在哪里？", "发票附在订单确认邮件里。"),
    ),
}
_VAGUE = {"en": "I am a helpful assistant. How can I help you today?", "zh": "您好，请问有什么可以帮您？"}


@dataclass(frozen=True, slots=True)
class TaskSeed:
    """What to invent."""

    task: TaskName
    language: Language = "en"
    rows: int = 60
    model: str = "sentence-transformers/all-MiniLM-L6-v2"
    owner: str = "local"

    @property
    def name(self) -> str:
        """The file it pretends to come from."""
        return f"{self.task}.{'csv' if self.language == 'en' else 'xlsx'}"


#: text, text_pair ("" for none), expected cell, and what makes an answer of a certain skill.
_Row = tuple[str, str, str, Callable[[random.Random, float], str]]


def _one_of(right: str, labels: Sequence[str]) -> Callable[[random.Random, float], str]:
    return lambda rng, skill: right if rng.random() < skill else rng.choice(labels)


def _set_of(right: Sequence[str], labels: Sequence[str]) -> Callable[[random.Random, float], str]:
    def answer(rng: random.Random, skill: float) -> str:
        kept = {label for label in right if rng.random() < skill + 0.1}
        kept |= {label for label in labels if label not in right and rng.random() < (1 - skill) * 0.35}
        return json.dumps(sorted(kept), ensure_ascii=False)

    return answer


def _near(right: float) -> Callable[[random.Random, float], str]:
    return lambda rng, skill: f"{2.6 + (right - 2.6) * skill + rng.gauss(0, 1.1 - skill):.4f}" if skill else "2.6"


def _tags(right: Sequence[str]) -> Callable[[random.Random, float], str]:
    kinds = sorted({tag[2:] for tag in right if tag != "O"})

    def answer(rng: random.Random, skill: float) -> str:
        tags = list(right)
        for place, tag in enumerate(tags):
            if tag.startswith("B-") and rng.random() > skill:
                what = rng.choice(("drop", "kind", "short"))
                end = next((i for i in range(place + 1, len(tags)) if not tags[i].startswith("I-")), len(tags))
                kind = rng.choice(kinds)
                for i in range(place, end):
                    outside = what == "drop" or (what == "short" and i > place)
                    tags[i] = "O" if outside else f"{tags[i][:2]}{kind}" if what == "kind" else tags[i]
            elif tag == "O" and rng.random() > skill + 0.35:
                tags[place] = f"B-{rng.choice(kinds)}"
        return json.dumps(tags, ensure_ascii=False)

    return answer


def _written(right: str, language: Language, surprise: bool = True) -> Callable[[random.Random, float], str]:
    def answer(rng: random.Random, skill: float) -> str:
        cut = max(1, int(len(right) * min(1.0, skill + rng.uniform(-0.2, 0.25))))
        text = right if rng.random() < skill - 0.3 else right[:cut] if skill > 0.5 else _VAGUE[language]
        tokens = max(4, len(right) // 4)
        nll = tokens * max(0.2, 4.2 - 3.4 * skill + rng.gauss(0, 0.3))
        return json.dumps({"text": text, "nll": nll if skill >= 0.4 else None, "tokens": tokens if skill >= 0.4 else 0}, ensure_ascii=False)

    return answer


def _likely(text: str) -> Callable[[random.Random, float], str]:
    tokens = max(4, len(text) // 4)
    return lambda rng, skill: json.dumps({"nll": tokens * max(0.5, 6.6 - 4.4 * skill + rng.gauss(0, 0.35)), "tokens": tokens})


def _row(seed: TaskSeed, place: int, rng: random.Random) -> _Row:
    language = seed.language
    review = f"{_REVIEWS[language][place % 4]} ({place})"
    match seed.task:
        case "multi-label-classification":
            right = sorted(rng.sample(_LABELS[language], rng.choice((1, 1, 2, 2, 3))))
            return review, "", json.dumps(right, ensure_ascii=False), _set_of(right, _LABELS[language])
        case "regression":
            value = round(rng.uniform(0, 5) * 2) / 2
            return review, "", f"{value:g}", _near(value)
        case "token-classification":
            tokens, tags = (line.split() for line in _ENTITIES[language][place % 3])
            return json.dumps(tokens, ensure_ascii=False), "", json.dumps(tags, ensure_ascii=False), _tags(tags)
        case "generation":
            question, right = _QUESTIONS[language][place % 3]
            prompt = json.dumps([{"role": "user", "content": f"{question} ({place})"}], ensure_ascii=False)
            return prompt, "", right, _written(right, language)
        case "language-modeling":
            return review, "", "", _likely(review)
        case "text-pair-classification":
            first, second = _PAIRS[language][place % 2]
            label = _PAIR_LABELS[language][rng.random() < 0.5]
            return f"{first} ({place})", second, label, _one_of(label, _PAIR_LABELS[language])
        case _:
            label = rng.choice(_LABELS[language])
            return review, "", label, _one_of(label, _LABELS[language])


def predictions(seed: TaskSeed) -> pd.DataFrame:
    """Test rows with the invented answers of every reference and of the fine-tuned model."""
    rng, references = random.Random(3), get_task(seed.task).references
    rows = []
    for place in range(seed.rows):
        text, second, label, answer = _row(seed, place, rng)
        row = {"row": place, "text": text, "label": label, "tuned": answer(rng, _TUNED), "tuned_confidence": 0.9}
        rows.append(row | ({"text_pair": second} if second else {}) | {name: answer(rng, _SKILL[name]) for name in references})
    return pd.DataFrame(rows)


def result(seed: TaskSeed) -> Result:
    """What training would have measured."""
    task, rows = get_task(seed.task), predictions(seed)
    labels = task.labels(rows["label"].tolist())
    best = 21.4 if lower_is_better(task.watched_metric) else 0.85
    return Result(
        task=seed.task, model=seed.model, model_source="package", device="cpu", method="lora", quantization="none",
        compute_dtype="bfloat16", splits=Splits(272, 63, seed.rows), labels=labels, base=task.base_reference(labels),
        references=tuple(task.references), best_step=108, best_metric=best, total_seconds=78.0, training_seconds=60.0,
        samples_per_second=156.0, peak_memory_mb=930.0, world_size=1,
    )  # fmt: skip


def comparison(seed: TaskSeed, base: str | None = None) -> Comparison:
    """What the Compare tab would show."""
    return compare(result(seed), predictions(seed), base)


def curve(seed: TaskSeed, until: int = 120) -> Iterator[Event]:
    """What training would say; the watched metric falls where it should."""
    task, total, now = get_task(seed.task), 120, time.time() - 75
    falls = lower_is_better(task.watched_metric)
    yield StageEvent(stage="loading", time=now)
    yield DeviceEvent(
        time=now + 1, device="cpu", compute_dtype="bfloat16", world_size=1, attention="sdpa", model_source="package",
        trainable_parameters=820_000, total_parameters=23_500_000,
    )  # fmt: skip
    yield StageEvent(stage="references", time=now + 2)
    for name in task.references:
        skill = _SKILL[name]
        yield ReferenceEvent(time=now + 3, name=name, metric=900 - 2100 * skill if falls else skill)
    yield StageEvent(stage="training", time=now + 4)
    for step in range(1, until + 1):
        share = step / total
        yield StepEvent(
            time=now + 5 + step * 0.5, step=step, total_steps=total, epoch=3 * share, loss=2.2 - 1.9 * share**0.5, learning_rate=1e-3,
            samples_per_second=156.6, eta_seconds=(total - step) * 0.5, memory_mb=912.0,
        )  # fmt: skip
        if step % 12 == 0:
            metric = 21 + 40 * (1 - share) ** 2 if falls else 0.86 - 0.5 * (1 - share) ** 2
            yield EvaluationEvent(
                time=now + 5 + step * 0.5, step=step, epoch=3 * share, loss=1.9 - 1.4 * share**0.5, metric=metric, best=True
            )
            yield CheckpointEvent(time=now + 5 + step * 0.5, step=step)


def finished(store: RunStore, seed: TaskSeed) -> Run:
    """A run with a result and predictions in ``store``."""
    rows = seed.rows * 4
    data = Dataset("feedfacefeedface", seed.name, seed.task, rows, {}, time.time(), 52.0, 130.0, 0.95 if seed.language == "zh" else 0.0)
    splits = pd.DataFrame({"row": [0], "text": ["a"], "label": ["b"], "split": ["train"]})
    run = store.create(replace(Recipe(model=seed.model), task=seed.task), splits, owner=seed.owner, dataset=data)
    folder = RunFolder(run.folder)
    Launch(("accelerate",), 1, 0, 0, "cpu", time.time() - 75, 0.0, None, ProcessId(2**22 - 7, 1.0, None)).write(folder)
    writer = EventWriter(run.folder)
    for event in (*curve(seed), StageEvent(stage="evaluating"), StageEvent(stage="saving"), FinishedEvent()):
        writer.append(event)
    folder.log.write_text("Loading weights: 100%\n", encoding="utf-8")
    predictions(seed).to_parquet(folder.predictions)
    write_text(folder.result, result(seed).to_json())
    return run


#: One of each.
TASKS: tuple[TaskName, ...] = (
    "text-classification", "text-pair-classification", "multi-label-classification", "regression", "token-classification", "generation",
    "language-modeling",
)  # fmt: skip
