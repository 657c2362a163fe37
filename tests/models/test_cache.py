"""A model is whole or not there, whoever fetches it and however that ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from playground.errors import ModelError
from playground.models import DownloadProgress, cached
from playground.models.cache import ModelCache, cache_root, hand_made_folder
from playground.models.sources import LocalFolder, Source
from playground.models.transfer import Report, SourceName
from playground.models.types import Model

#: A process that fetches the tiny model from a source that notes each visit and, on request, is slow: until another process waits for it,
#: or for so many seconds.
FETCHER = """
import json, sys, time
from pathlib import Path
from playground.models.cache import ModelCache
from playground.models.types import FileFact, Model
root, files, visits, pause = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), float(sys.argv[4])
model = Model(id="test/tiny", title="Tiny", kind="encoder", architecture="bert", parameters=1000, embedding_parameters=800, layers=1,
    hidden=8, max_positions=16, languages=("en",), licence="MIT", pooling="mean", size_mb=1, modelscope_id="test/tiny", files=())
class Slow:
    name = "folder"
    def prepare(self, model, folder, report):
        for path in files.iterdir():
            (folder / path.name).write_bytes(path.read_bytes())
        with visits.open("a") as log:
            log.write("visit\\n")
        print("half", flush=True)
        until = time.monotonic() + pause
        while time.monotonic() < until and not somebody_waits.exists():
            time.sleep(0.02)
        return "slow"
waited = []
somebody_waits = root.parent / "somebody-waits"
def tell(progress):
    waited.append(progress.source)
    if progress.source == "waiting":
        somebody_waits.touch()
path = ModelCache(root, [Slow()]).fetch(model, tell).path
print(json.dumps({"path": str(path), "waited": "waiting" in waited}))
"""


class Counting:
    """A source that serves files and counts how often it is asked."""

    def __init__(self, files: dict[str, bytes], name: SourceName = "folder") -> None:
        self.files = files
        self.name: SourceName = name
        self.visits = 0

    def prepare(self, model: Model, folder: Path, report: Report) -> str:
        self.visits += 1
        for name, data in self.files.items():
            (folder / name).write_bytes(data)
            report(len(data), None)
        return "counted"


class Refusing:
    """A source that cannot."""

    name: SourceName = "hub"

    def prepare(self, model: Model, folder: Path, report: Report) -> str:
        (folder / "model.safetensors").write_bytes(b"half a file")
        raise ModelError("source_unreachable", host="hub.example", why="no route")


@pytest.fixture
def source(tiny_files: dict[str, bytes]) -> Counting:
    return Counting(tiny_files)


def scratch_in(root: Path) -> list[Path]:
    return list(root.glob(".*.part-*"))


def test_a_fetched_model_is_whole_and_says_who_served_it(
    tiny: Model, source: Counting, tiny_files: dict[str, bytes], tmp_path: Path
) -> None:
    local = ModelCache(tmp_path, [source]).fetch(tiny)
    assert (local.path, local.source, local.origin) == (tmp_path / tiny.slug, "folder", "counted")
    assert {name: (local.path / name).read_bytes() for name in tiny_files} == tiny_files


def test_a_model_that_is_there_is_not_fetched_again(tiny: Model, source: Counting, tmp_path: Path) -> None:
    first = ModelCache(tmp_path, [source]).fetch(tiny)
    assert ModelCache(tmp_path, [source]).fetch(tiny) == first
    assert source.visits == 1


def test_a_folder_of_another_model_under_the_same_name_is_not_taken(tiny: Model, source: Counting, tmp_path: Path) -> None:
    ModelCache(tmp_path, [source]).fetch(tiny)
    twin = replace(tiny, id="test-tiny")
    assert twin.slug == tiny.slug
    assert ModelCache(tmp_path, []).cached(twin) is None


def test_the_next_source_is_asked_when_one_cannot_and_gets_a_clean_folder(tiny: Model, source: Counting, tmp_path: Path) -> None:
    local = ModelCache(tmp_path, [Refusing(), source]).fetch(tiny)
    assert local.source == "folder"
    assert scratch_in(tmp_path) == []


def test_a_source_that_serves_the_wrong_thing_is_passed_over(
    tiny: Model, source: Counting, tiny_files: dict[str, bytes], tmp_path: Path
) -> None:
    wrong = Counting(tiny_files | {"config.json": b'{"model_type": "gpt2"}'}, name="hub")
    assert ModelCache(tmp_path, [wrong, source]).fetch(tiny).source == "folder"


def test_a_failure_names_every_source_and_why_in_both_languages(tiny: Model, tmp_path: Path) -> None:
    sources: list[Source] = [Refusing(), LocalFolder(tmp_path / "nowhere")]
    with pytest.raises(ModelError) as caught:
        ModelCache(tmp_path, sources).fetch(tiny)
    english, chinese = caught.value.message("en"), caught.value.message("zh")
    assert "Hugging Face hub: hub.example cannot be reached (no route)" in english
    assert "a local folder: The folder" in english
    assert "Hugging Face 模型站：无法连接 hub.example" in chinese
    assert "本地文件夹：文件夹" in chinese
    assert caught.value.facts["sources"] == "hub, folder"


def test_a_failed_fetch_leaves_nothing_that_counts(tiny: Model, tmp_path: Path) -> None:
    cache = ModelCache(tmp_path, [Refusing()])
    with pytest.raises(ModelError):
        cache.fetch(tiny)
    assert cache.cached(tiny) is None
    assert scratch_in(tmp_path) == []


def test_an_exception_of_the_listener_ends_the_fetch_and_leaves_nothing(tiny: Model, source: Counting, tmp_path: Path) -> None:
    def stop(progress: DownloadProgress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ModelCache(tmp_path, [source]).fetch(tiny, stop)
    assert ModelCache(tmp_path, []).cached(tiny) is None
    assert scratch_in(tmp_path) == []


def test_progress_names_the_source(tiny: Model, source: Counting, tmp_path: Path) -> None:
    seen: list[DownloadProgress] = []
    ModelCache(tmp_path, [source]).fetch(tiny, seen.append)
    assert {progress.source for progress in seen} == {"folder"}


@pytest.mark.parametrize("damage", ["cut", "gone", "manifest"])
def test_a_damaged_folder_is_fetched_again(damage: str, tiny: Model, source: Counting, tmp_path: Path) -> None:
    cache = ModelCache(tmp_path, [source])
    place = cache.fetch(tiny).path
    if damage == "cut":
        os.truncate(place / "model.safetensors", 100)
    elif damage == "gone":
        (place / "tokenizer.json").unlink()
    else:
        (place / "source.json").write_text("{")
    assert cache.cached(tiny) is None
    cache.fetch(tiny)
    assert cache.cached(tiny) is not None
    assert source.visits == 2


def test_a_cache_that_cannot_be_written_is_told(tiny: Model, source: Counting, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ModelError) as caught:
        ModelCache(tmp_path / "file" / "models", [source]).fetch(tiny)
    assert caught.value.code == "model_cache_unwritable"


def start_fetcher(root: Path, files: Path, visits: Path, pause: float) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", FETCHER, str(root), str(files), str(visits), str(pause)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


@pytest.fixture
def served(tmp_path: Path, tiny_files: dict[str, bytes]) -> Path:
    folder = tmp_path / "served"
    folder.mkdir()
    for name, data in tiny_files.items():
        (folder / name).write_bytes(data)
    return folder


def test_of_two_processes_one_fetches_and_the_other_waits_and_finds_it(served: Path, tmp_path: Path) -> None:
    visits = tmp_path / "visits"
    first = start_fetcher(tmp_path / "cache", served, visits, 60)
    assert first.stdout
    assert first.stdout.readline() == "half\n"
    second = start_fetcher(tmp_path / "cache", served, visits, 0)
    answers = [process.communicate()[0] for process in (first, second)]
    assert visits.read_text() == "visit\n"
    assert all("test-tiny" in answer for answer in answers)
    assert '"waited": true' in answers[1]


def test_a_fetch_that_was_killed_does_not_count_and_does_not_block_the_next(
    served: Path, tmp_path: Path, tiny: Model, source: Counting
) -> None:
    process = start_fetcher(tmp_path / "cache", served, tmp_path / "visits", 60)
    assert process.stdout
    assert process.stdout.readline() == "half\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    cache = ModelCache(tmp_path / "cache", [source])
    assert cache.cached(tiny) is None
    assert scratch_in(tmp_path / "cache")
    assert cache.fetch(tiny).source == "folder"
    assert scratch_in(tmp_path / "cache") == []


def test_the_environment_says_where_models_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PLAYGROUND_MODELS", str(tmp_path / "cache"))
    monkeypatch.delenv("PLAYGROUND_MODEL_FOLDER", raising=False)
    assert (cache_root(), hand_made_folder()) == (tmp_path / "cache", tmp_path / "cache" / "by-hand")
    monkeypatch.setenv("PLAYGROUND_MODEL_FOLDER", str(tmp_path / "mine"))
    assert hand_made_folder() == tmp_path / "mine"
    assert cached("sentence-transformers/all-MiniLM-L6-v2") is None


def test_an_unknown_model_is_told() -> None:
    with pytest.raises(ModelError) as caught:
        cached("gpt-5")
    assert caught.value.code == "model_unknown"
