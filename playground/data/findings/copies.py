"""Texts that come again: with the same label, with another one, or with hardly a difference."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from playground.data.findings.common import CLASSES, MOST_FIXED_ROWS, Examples, about_rows, drop_rows, first_rows, fix_rows
from playground.data.meaning.near import MOST_TEXTS
from playground.data.types import Finding, Fix, Step

#: Steps of one fix: a label each.
_MOST_STEPS = 200


def check_copies(examples: Examples) -> Iterator[Finding]:
    """Repeated texts, those that carry different labels, and nearly identical ones."""
    keys = examples.keys
    if len(examples.different) < len(keys):
        pairs = pd.DataFrame({"key": keys, "label": examples.usable["label"]})
        if "split" in examples.usable:
            pairs["split"] = examples.usable["split"]  # copies in two splits leak; that is a finding of its own
        pairs = pairs[keys.duplicated(keep=False)]
        if examples.task in CLASSES:
            yield from _conflicts(pairs)
        again = pairs.index[pairs.duplicated(keep="first").to_numpy(dtype=bool)]
        same = Fix("drop_duplicates", (Step("drop_duplicates", facts={"labels": "same"}),), {"count": len(again)})
        yield from about_rows("duplicate_texts", "warning", again, same)
    yield from _near(examples)


def _conflicts(pairs: pd.DataFrame) -> Iterator[Finding]:
    """The same text with different labels, and what each fix would leave."""
    votes = pairs.groupby(["key", "label"], sort=False).size().rename("votes").reset_index()
    texts = votes["key"][votes["key"].duplicated(keep=False)].unique()
    if not len(texts):
        return
    conflicting = pairs[pairs["key"].isin(texts)]
    votes = votes[votes["key"].isin(texts)].sort_values(["key", "votes"], ascending=[True, False], kind="stable")
    best = votes.drop_duplicates("key").set_index("key")
    second = votes[votes["key"].duplicated()].drop_duplicates("key").set_index("key")
    decided = best[best["votes"] > second["votes"].reindex(best.index)]["label"]
    fixes = [_majority(conflicting, decided), fix_rows("drop_conflicts", "drop_rows", conflicting.index)]
    facts = {"count": len(texts), "rows": len(conflicting)}
    yield Finding("conflicting_labels", "warning", facts, first_rows(conflicting.index), tuple(fix for fix in fixes if fix))


def _majority(conflicting: pd.DataFrame, decided: pd.Series[str]) -> Fix | None:
    """Give every row of a text its most frequent label, where one is more frequent than any other."""
    wanted = conflicting["key"].map(decided)
    wrong = conflicting.index[(wanted.notna() & (wanted != conflicting["label"])).to_numpy(dtype=bool)]
    if not 0 < len(wrong) <= MOST_FIXED_ROWS:
        return None
    by_label = wanted.loc[wrong].groupby(wanted.loc[wrong], sort=True)
    steps = tuple(Step("set_label", tuple(int(row) for row in part.index), {"to": str(label)}) for label, part in by_label)
    return Fix("keep_majority", steps, {"count": len(wrong)}) if len(steps) <= _MOST_STEPS else None


def _near(examples: Examples) -> Iterator[Finding]:
    """The first of nearly identical texts stays; the others are listed, and dropped by the fix where the first one's label is theirs."""
    groups = examples.near
    if not groups:
        return
    first_key = np.full(len(examples.different), -1, dtype=np.int64)
    for group in groups:
        first_key[group[1:]] = group[0]
    led_by = first_key[examples.keys.to_numpy()]
    rows = examples.usable.index[led_by >= 0]
    label_of = pd.Series(examples.usable["label"].to_numpy(), index=examples.keys.to_numpy()).groupby(level=0).first()
    same = (examples.usable["label"].to_numpy() == label_of.reindex(led_by).to_numpy()) & (led_by >= 0)
    count = int((first_key >= 0).sum())
    drop = drop_rows(examples.usable.index[same])
    looked = min(len(examples.different), MOST_TEXTS)
    fixes = (Fix("drop_near", drop.steps, drop.facts),) if drop else ()
    facts = {"count": count, "looked": looked}
    if looked == len(examples.different):
        yield Finding("near_duplicates", "info", facts, first_rows(rows), fixes)
    else:
        yield Finding("near_duplicates_sampled", "info", facts, first_rows(rows), fixes)
