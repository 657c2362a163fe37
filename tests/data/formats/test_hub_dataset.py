"""A dataset by its name, from a hub spoken to for real on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from playground.data.formats.hub_dataset import fetch_hub_dataset, read_hub_dataset
from playground.data.limits import Limits
from playground.errors import DatasetError
from tests.data.hubs import Hub, parquet, serving_hub


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving_hub() as hub:
        yield hub


def _failure(hub: Hub, name: str, **more: Any) -> DatasetError:
    with pytest.raises(DatasetError) as caught:
        fetch_hub_dataset(name, endpoint=hub.address, **more)
    return caught.value


@pytest.mark.parametrize("name", ["owner/moods", "https://hub.invalid/datasets/owner/moods/", " datasets/owner/moods"])
def test_a_dataset_comes_with_its_splits_and_class_names(hub: Hub, name: str) -> None:
    hub.datasets["owner/moods"] = {"default": {"test": [parquet(["c"])], "train": [parquet(["a", "b"]), parquet(["d"])]}}
    table = read_hub_dataset(name, endpoint=hub.address)
    assert table.splits == ("train", "train", "train", "test")
    assert table.frame.to_numpy().tolist() == [["a", "bad"], ["b", "good"], ["d", "bad"], ["c", "bad"]]
    assert table.name == "owner/moods"


def test_splits_of_other_names_stay_behind(hub: Hub) -> None:
    hub.datasets["x"] = {"default": {"train": [parquet(["a", "b"])], "unsupervised": [parquet(["c"])]}}
    assert len(read_hub_dataset("x", endpoint=hub.address).frame) == 2


def test_a_configuration_is_chosen_by_name(hub: Hub) -> None:
    hub.datasets["x"] = {"en": {"train": [parquet(["a"])]}, "zh": {"train": [parquet(["好", "坏"])]}}
    assert read_hub_dataset("x", config="zh", endpoint=hub.address).frame["text"].tolist() == ["好", "坏"]
    assert _failure(hub, "x").facts["configs"] == "en, zh"
    assert _failure(hub, "x", config="fr").code == "hub_config_missing"


def test_no_token_is_ever_sent(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    hub.datasets["x"] = {"default": {"train": [parquet(["a"])]}}
    read_hub_dataset("x", endpoint=hub.address)
    assert hub.headers
    assert not any("hf_secret" in str(headers) for headers in hub.headers)


def test_the_mirror_of_the_environment_is_honoured(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub.address)
    hub.datasets["x"] = {"default": {"train": [parquet(["a"])]}}
    assert len(read_hub_dataset("x").frame) == 1


def test_a_dataset_that_is_too_large_is_stopped(hub: Hub) -> None:
    hub.datasets["x"] = {"default": {"train": [parquet(["a" * 1000])] * 3}}
    assert _failure(hub, "x", limits=Limits(file_bytes=2500)).code == "file_too_large"


def test_a_dataset_that_is_not_there_is_said(hub: Hub) -> None:
    assert _failure(hub, "owner/none").code == "hub_dataset_missing"


@pytest.mark.parametrize("name", ["", "a/b/c", "../x", "a b", "x?y=1", "http://127.0.0.1/secret", "a/..", "好"])
def test_a_name_that_is_none_is_never_asked_for(hub: Hub, name: str) -> None:
    assert _failure(hub, name).code == "hub_name_wrong"
    assert hub.headers == []


def test_an_answer_that_is_no_listing_is_refused(hub: Hub) -> None:
    hub.datasets["x"] = {}
    assert _failure(hub, "x").code == "hub_dataset_missing"


def test_a_machine_set_offline_asks_nobody(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert _failure(hub, "x").code == "hub_offline"
    assert hub.headers == []


def test_a_hub_that_cannot_be_reached_is_said() -> None:
    with pytest.raises(DatasetError) as caught:
        fetch_hub_dataset("x", endpoint="http://127.0.0.1:9")
    assert caught.value.code == "hub_unreachable"
