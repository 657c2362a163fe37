"""Chats and instructions in the shapes people train on, told by their keys and made into one: a list of role and content.

Known are messages (role, content), ShareGPT (from, value), Alpaca (instruction, input, output), prompt and completion, question and
answer, and preferences, of which the chosen answer is taken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from playground.data.types import TaskName

Message = dict[str, str]

#: Keys that hold a whole conversation.
_TALKS: Final = ("messages", "conversations", "conversation", "dialogue", "dialog", "chat", "chosen", "对话")
#: What was asked -> what was answered; the first pair that a record has counts.
_PAIRS: Final = (
    ("instruction", ("output", "response", "completion", "answer")),
    ("指令", ("输出", "回答", "答案", "回复")),
    ("prompt", ("completion", "response", "chosen", "output", "answer")),
    ("提示", ("回答", "输出", "回复")),
    ("question", ("answer", "response", "chosen")),
    ("query", ("response", "answer")),
    ("问题", ("回答", "答案")),
)
#: More of the question, where it stands apart.
_MORE: Final = ("input", "输入")
_INSTRUCTIONS: Final = frozenset({"instruction", "指令"})
_SYSTEM: Final = ("system", "system_prompt", "系统")
#: A question with one of a few short answers is a text with a label, under these keys.
_MAYBE_LABELS: Final = frozenset({"prompt", "提示", "question", "query", "问题"})
_ROLES: Final = {
    **dict.fromkeys(("human", "user", "prompter", "question", "用户", "人类"), "user"),
    **dict.fromkeys(("gpt", "assistant", "bot", "chatgpt", "model", "answer", "ai", "function_call", "助手", "机器人"), "assistant"),
    **dict.fromkeys(("system", "developer", "系统"), "system"),
    **dict.fromkeys(("tool", "function", "observation", "ipython", "工具"), "tool"),
}
_SPEAKER: Final = re.compile(r"\n\n(Human|Assistant):")
_spell: Final = json.JSONEncoder(ensure_ascii=False).encode
_SAMPLE: Final = 200
#: Share of a sample that must have the shape.
_SHARE: Final = 0.8
#: Short answers, in characters on average, that repeat are labels.
_SHORT: Final = 60
_REPEATED: Final = 0.5


def to_messages(record: Mapping[str, Any]) -> list[Message] | None:
    """A record's chat; None if it has no such shape. Values may be parsed, or JSON text as a cell holds it.

    A role nobody knows stays as it is spelled, so that checks can name it; missing content is "".
    """
    keys = {str(key).strip().casefold(): key for key in record}
    talks = ((key, _talk(record[keys[key]])) for key in _TALKS if key in keys)
    key, talk = next(((key, talk) for key, talk in talks if talk), ("", None))
    said = [record[keys[key]] for key in _SYSTEM if key in keys]
    system = [{"role": "system", "content": text} for text in said if isinstance(text, str) and text.strip()][:1]
    if talk is not None:
        before = _turns(record[keys["prompt"]], "user") if key == "chosen" and "prompt" in keys else []
        turns = [_turn(turn) for turn in talk]
        turns = turns if turns[: len(before)] == before else [*before, *turns]
        return turns if turns[0]["role"] == "system" else [*system, *turns]
    pair = _pair(keys)
    if pair is None:
        return None
    asked, answered = (record[keys[key]] for key in pair)
    turns = [*_turns(asked, "user"), *_turns(answered, "assistant")]
    more = next((str(record[keys[key]]) for key in _MORE if key in keys and record[keys[key]]), "").strip()
    if more and pair[0] in _INSTRUCTIONS and turns[0]["role"] == "user":
        turns[0] = {"role": "user", "content": f"{turns[0]['content']}\n\n{more}".strip()}
    return turns if turns[0]["role"] == "system" else [*system, *turns]


def with_messages(frame: pd.DataFrame) -> tuple[pd.DataFrame, TaskName | None]:
    """A table whose chats stand uniformly in a column ``messages``, and its task; the table as it is if it holds none.

    The column of a conversation gives way to it; instructions and answers that stand in columns of their own stay beside it.
    """
    keys = {str(name).strip().casefold(): str(name) for name in frame.columns}
    if not any(key in keys for key in _TALKS) and _pair(keys) is None:
        return frame, None
    names = _names_used(keys)
    sample = frame[names].iloc[:: max(1, len(frame) // _SAMPLE)]
    known = [to_messages(record) for record in _records(sample)]
    if sum(map(_answers, known)) < _SHARE * len(known):
        return frame, None
    talk = next((keys[key] for key in _TALKS if key in keys and any(map(_talk, sample[keys[key]]))), None)
    pair = _pair(keys)
    if talk is None and pair is not None and pair[0] in _MAYBE_LABELS and _repeats(frame[keys[pair[1]]]):
        return frame, None
    cells = [_spell(messages) if messages else "" for messages in map(to_messages, _records(frame[names]))]
    rest = frame.drop(columns=[name for name in (talk, keys.get("rejected") if talk else None) if name is not None])
    rest = rest.drop(columns=[name for name in ("messages",) if name in rest.columns])
    rest.insert(0, "messages", pd.Series(cells, index=rest.index, dtype="str"))
    return rest, "generation"


def _records(frame: pd.DataFrame) -> Iterable[dict[str, str]]:
    names = list(frame.columns)
    return (dict(zip(names, row, strict=True)) for row in zip(*(frame[name] for name in names), strict=True))


def _names_used(keys: Mapping[str, str]) -> list[str]:
    pair = _pair(keys) or ("", "")
    return [name for key, name in keys.items() if key in (*_TALKS, *_SYSTEM, *_MORE, *pair, "prompt")]


def _pair(keys: Mapping[str, Any]) -> tuple[str, str] | None:
    found = ((asked, answered) for asked, answers in _PAIRS if asked in keys for answered in answers if answered in keys)
    return next(found, None)


def _answers(messages: Sequence[Message] | None) -> bool:
    return messages is not None and len(messages) > 1 and any(message["role"] == "assistant" for message in messages)


def _repeats(answers: pd.Series[str]) -> bool:
    filled = answers[answers.str.strip() != ""]
    return filled.empty or (float(filled.str.len().mean()) <= _SHORT and int(filled.nunique()) <= max(2, _REPEATED * len(filled)))


def _talk(value: Any) -> list[Mapping[str, Any]] | None:
    """The turns of a conversation, parsed or as JSON text; None for anything else, be it a list."""
    if isinstance(value, str):
        if value[:1] != "[":
            return _transcript(value)
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    if not isinstance(value, list) or not value:
        return None
    return value if all(isinstance(turn, Mapping) and _role_of(turn) is not None for turn in value) else None


def _transcript(value: str) -> list[Mapping[str, Any]] | None:
    """Turns written one below the other, as in the first preference datasets."""
    if not value.lstrip().startswith("Human:") or "\n\nAssistant:" not in value:
        return None
    parts = _SPEAKER.split(f"\n\n{value.strip()}")[1:]
    return [{"from": role, "value": said.strip()} for role, said in zip(parts[::2], parts[1::2], strict=True)]


def _role_of(turn: Mapping[str, Any]) -> str | None:
    role = turn.get("role", turn.get("from", turn.get("speaker")))
    return role if isinstance(role, str) and ({"content", "value", "text"} & turn.keys() or "tool_calls" in turn) else None


def _turns(value: Any, role: str) -> list[Message]:
    """Turns of a conversation; a plain text is one turn of ``role``."""
    talk = _talk(value)
    if talk is not None:
        return [_turn(turn) for turn in talk]
    if isinstance(value, list):  # several answers were right
        value = next((item for item in value if isinstance(item, str)), "")
    return [{"role": role, "content": "" if value is None else str(value)}]


def _turn(turn: Mapping[str, Any]) -> Message:
    role = (_role_of(turn) or "").strip().casefold()
    content = next((turn[key] for key in ("content", "value", "text") if key in turn), "")
    if isinstance(content, list):  # parts, of which only text can be read here
        content = "".join(str(part.get("text") or "") if isinstance(part, Mapping) else str(part) for part in content)
    return {"role": _ROLES.get(role, role), "content": "" if content is None else str(content)}
