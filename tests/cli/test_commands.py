"""The command line keeps the promises of its JSON and its exit codes, with a real fine-tune of a real small model."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from playground.cli import BAD_INPUT, DONE, STOPPED, main
from playground.runs.store import RunStore
from playground.runs.types import Run
from tests.data.hubs import parquet, serving_hub
from tests.runs.making import until

TOP = Path(__file__).parents[2]
MOODS = {
    "praise": ["great {}, love it", "the {} works so well", "really happy with this {}", "{} was worth every cent", "best {} so far"],
    "complaint": [
        "the {} broke at once",
        "{} is a waste of money",
        "my {} never arrived",
        "awful {}, sending it back",
        "{} stopped working",
    ],
    "question": [
        "does the {} come in blue?",
        "how do I reset the {}?",
        "where can I find the {}?",
        "is the {} in stock?",
        "what size is the {}?",
    ],
}
THINGS = ["kettle", "lamp", "jacket", "phone case", "backpack", "tent", "blender", "keyboard"]


def listen_to_ctrl_c() -> None:
    """A suite that was started in the background inherits deafness to Ctrl-C, and its children would too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Playground:
    """The command line as a person runs it, in one workspace."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "playground", *map(str, arguments), "--home", str(self.home), "--json", "--language", "en"]
        return subprocess.Popen(command, cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=listen_to_ctrl_c)

    def __call__(self, *arguments: str | Path) -> tuple[int, dict[str, Any], str]:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=300)
        assert out.count("\n") == 1, f"one JSON object and nothing else on stdout: {out!r} {err!r}"
        return process.returncode, json.loads(out), err


@pytest.fixture(scope="module")
def playground(tmp_path_factory: pytest.TempPathFactory) -> Playground:
    return Playground(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def moods(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "moods.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["message", "kind"])
        writer.writerows((form.format(thing), mood) for mood, forms in MOODS.items() for form in forms for thing in THINGS)
    return path


@pytest.fixture(scope="module")
def trained(playground: Playground, moods: Path, minilm: Path) -> dict[str, Any]:
    code, answer, err = playground("train", moods, "--preset", "quick", "--set", "epochs=2", "--seed", "7")
    assert code == DONE, err
    return answer


def test_inspect_says_what_the_file_is(playground: Playground, moods: Path) -> None:
    code, answer, _ = playground("inspect", moods)
    assert code == DONE
    assert list(answer) == [
        "format", "encoding", "delimiter", "rows", "usable_rows", "columns", "task", "columns_used", "labels", "findings",
        "sheet", "sheets", "splits", "confidence", "reasons", "steps",
    ]  # fmt: skip
    assert (answer["format"], answer["delimiter"], answer["rows"], answer["task"]) == ("csv", ",", 120, "text-classification")
    assert answer["columns_used"] == {"text": "message", "label": "kind"}
    assert answer["labels"] == {"praise": 40, "complaint": 40, "question": 40}


Inside = Callable[..., tuple[int, dict[str, Any], str]]
Inspect = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def inside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Inside:
    """A command in this process, where it takes no second, and in a workspace of its own; answers like ``Playground``."""

    def command(*arguments: str | Path) -> tuple[int, dict[str, Any], str]:
        code = main([*map(str, arguments), "--home", str(tmp_path / "home"), "--json", "--language", "en"])
        out, err = capsys.readouterr()
        assert out.count("\n") == 1, f"one JSON object and nothing else on stdout: {out!r} {err!r}"
        return code, json.loads(out), err

    return command


@pytest.fixture
def inspect(tmp_path: Path, inside: Inside) -> Inspect:
    """``inspect`` in this process; a file can be given by its content."""

    def of(*arguments: str | Path, **files: str) -> tuple[int, dict[str, Any]]:
        paths = [tmp_path / f"{name}.csv" for name in files]
        for path, content in zip(paths, files.values(), strict=True):
            path.write_text(content, encoding="utf-8")
        code, answer, _ = inside("inspect", *paths, *arguments)
        return code, answer

    return of


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """Runs ``train`` in this process has made; they wait, and nobody waits for them."""
    runs: list[Run] = []
    monkeypatch.setattr("playground.cli._followed", lambda bench, id, language: (runs.append(bench.run(id, None)) or DONE, {}))
    monkeypatch.setattr("playground.launch.queue.Queue.advance", lambda queue: None)
    return runs


def test_a_dataset_of_the_hub_is_inspected_by_its_name(inspect: Inspect, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving_hub() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        hub.datasets["owner/moods"] = {"default": {"train": [parquet([f"text number {n} of many" for n in range(40)])]}}
        code, answer = inspect("--hub", "owner/moods")
    assert (code, answer["labels"]) == (DONE, {"bad": 20, "good": 20})


def test_without_a_file_it_says_so(inspect: Inspect) -> None:
    code, answer = inspect()
    assert (code, answer["findings"][0]["code"]) == (BAD_INPUT, "no_file")


#: 24 rows; two of them copies of the first, and a label spelled in two ways.
DIRTY = "text,mood,topic\n" + "".join(
    f"{word} thing number {row} of many,{word if row else word.upper()},{'ab'[row % 2]}\n" for word in ("good", "bad") for row in range(11)
)
DIRTY += 2 * "good thing number 1 of many,good,b\n"


def test_inspect_offers_fixes_with_their_steps_and_sentences(inspect: Inspect) -> None:
    _, answer = inspect(data=DIRTY)
    findings = {finding["code"]: finding for finding in answer["findings"]}
    fixes = {fix["code"]: fix for fix in findings["duplicate_texts"]["fixes"]}
    assert fixes["drop_duplicates"]["label"]
    assert fixes["drop_duplicates"]["steps"][0]["kind"] == "drop_duplicates"
    assert fixes["drop_duplicates"]["steps"][0]["said"]
    assert answer["steps"] == []


def test_inspect_fixes_what_is_named_one_after_the_other(inspect: Inspect) -> None:
    code, answer = inspect("--fix", "duplicate_texts:drop_duplicates", "--fix", "merge_labels", "--label", "mood", data=DIRTY)
    assert code == DONE
    assert (answer["usable_rows"], answer["labels"]) == (22, {"bad": 11, "good": 11})
    assert not {"duplicate_texts", "label_variants"} & {finding["code"] for finding in answer["findings"]}
    assert [step["kind"] for step in answer["steps"]] == ["drop_duplicates", "rename_labels"]


def test_a_finding_names_its_first_fix(inspect: Inspect) -> None:
    _, answer = inspect("--fix", "label_variants", "--label", "mood", data=DIRTY)
    assert set(answer["labels"]) == {"good", "bad"}


def test_a_fix_nobody_offers_is_refused_with_those_there_are(inspect: Inspect) -> None:
    code, answer = inspect("--fix", "telepathy", data=DIRTY)
    assert (code, answer["findings"][0]["code"]) == (BAD_INPUT, "fix_not_offered")
    assert "duplicate_texts:drop_duplicates" in answer["findings"][0]["remedy"]


def test_the_steps_of_one_answer_mend_the_next_the_same_way(inspect: Inspect, tmp_path: Path) -> None:
    _, first = inspect("--fix", "drop_duplicates", "--fix", "merge_labels", "--label", "mood", data=DIRTY)
    (tmp_path / "answer.json").write_text(json.dumps(first), encoding="utf-8")
    (tmp_path / "steps.json").write_text(json.dumps(first["steps"]), encoding="utf-8")
    for file in ("answer.json", "steps.json"):
        _, again = inspect("--steps", tmp_path / file, "--label", "mood", data=DIRTY)
        assert again == first


@pytest.mark.parametrize("content", ["", "{}", '[{"kind": "eval"}]', '[{"kind": "drop_rows"}]', "\x00"])
def test_steps_that_are_none_are_refused(inspect: Inspect, tmp_path: Path, content: str) -> None:
    (tmp_path / "steps.json").write_text(content, encoding="utf-8")
    code, answer = inspect("--steps", tmp_path / "steps.json", data=DIRTY)
    assert code == BAD_INPUT
    assert answer["findings"][0]["code"].startswith("step")


def test_files_named_after_splits_are_splits(inspect: Inspect) -> None:
    code, answer = inspect(train=DIRTY, test=DIRTY)
    assert code == DONE
    assert (answer["rows"], answer["splits"]) == (48, {"test": 24, "train": 24})


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--label", "topic"], {"columns_used": {"text": "text", "label": "topic"}}),
        (["--text", "topic", "--label", "mood"], {"columns_used": {"text": "topic", "label": "mood"}}),
        (["--encoding", "cp1252"], {"encoding": "cp1252"}),
        (["--delimiter", "\\t"], {"delimiter": "\t"}),
        (["--delimiter", "comma"], {"delimiter": ","}),
        (["--task", "generation", "--text", "text", "--label", "mood"], {"task": "generation"}),
        (["--text-pair", "topic", "--label", "mood"], {"columns_used": {"text": "text", "label": "mood", "text_pair": "topic"}}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_inspect_reads_as_it_is_told(inspect: Inspect, arguments: list[str], expected: dict[str, Any]) -> None:
    _, answer = inspect(*arguments, data=DIRTY)
    assert {key: answer[key] for key in expected} == expected


@pytest.mark.parametrize(
    "arguments",
    [["--task", "poetry"], ["--encoding", "klingon"], ["--text", "nowhere"], ["--text", "mood", "--label", "mood"]],
    ids=" ".join,
)
def test_inspect_says_what_it_cannot_do(inspect: Inspect, arguments: list[str]) -> None:
    code, answer = inspect(*arguments, data=DIRTY)
    assert code == BAD_INPUT
    assert answer["findings"][0]["message"]
    assert answer["findings"][0]["remedy"]


def test_without_json_inspect_reports_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "data.csv"
    path.write_text(DIRTY.replace("mood", "mo\x1b[31mod\u202e"), encoding="utf-8")
    for language, word in (("en", "24 rows"), ("zh", "24 行")):
        assert main(["inspect", str(path), "--home", str(tmp_path / "home"), "--language", language]) == DONE
        out = capsys.readouterr().out
        assert word in out
        assert "--fix duplicate_texts:drop_duplicates" in out
        assert not {"\x1b", "\u202e"} & set(out)
    assert main(["inspect", str(path), "--home", str(tmp_path / "home"), "--language", "en", "--findings"]) == DONE
    out = capsys.readouterr().out
    assert "24 rows" not in out
    assert "Rows 23, 24" in out


def test_train_mends_first_and_remembers_it(inside: Inside, started: list[Run], tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text(DIRTY, encoding="utf-8")
    code, _, _ = inside("train", tmp_path / "data.csv", "--label", "mood", "--fix", "drop_duplicates", "--fix", "merge_labels")
    assert code == DONE
    assert [step.kind for step in started[0].steps] == ["drop_duplicates", "rename_labels"]


def test_train_on_data_with_errors_says_which(inside: Inside, tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("text,label\n" + "".join(f"thing {n},same\n" for n in range(20)), encoding="utf-8")
    code, answer, err = inside("train", tmp_path / "one.csv", "--text", "text", "--label", "label")
    assert (code, answer["error"]["code"]) == (BAD_INPUT, "not_ready")
    assert "same label" in err


def test_inspect_of_a_bad_file_still_prints_json_and_exits_2(inside: Inside, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    code, answer, _ = inside("inspect", tmp_path / "empty.csv")
    assert code == BAD_INPUT
    assert [finding["severity"] for finding in answer["findings"]] == ["error"]
    assert answer["findings"][0]["message"]
    assert answer["findings"][0]["remedy"]


def test_inspect_of_a_missing_file_exits_2(playground: Playground, tmp_path: Path) -> None:
    code, answer, _ = playground("inspect", tmp_path / "nowhere.csv")
    assert (code, answer["findings"][0]["code"]) == (BAD_INPUT, "file_not_readable")


def test_train_prints_every_promised_key(trained: dict[str, Any]) -> None:
    assert list(trained) == [
        "run", "status", "task", "model", "device", "method", "quantization", "splits", "primary_metric", "references", "base", "tuned",
        "verdict", "seconds", "samples_per_second", "peak_memory_mb", "steps", "intervals", "tracking",
        "smaller_plan", "seeds",
    ]  # fmt: skip
    assert (trained["status"], trained["method"], trained["primary_metric"]) == ("finished", "contrastive", "macro_f1")
    assert set(trained["references"]) == {"majority", "tfidf", "probe", "zero_shot"}
    assert set(trained["verdict"]) == {"outcome", "delta", "ci", "p_value"}
    assert sum(trained["splits"].values()) == 120
    assert trained["samples_per_second"] > 0
    assert trained["peak_memory_mb"] > 100


def test_train_really_learns(trained: dict[str, Any]) -> None:
    assert trained["tuned"]["macro_f1"] > trained["references"]["majority"]["macro_f1"]


def test_estimate_says_what_train_would_take_and_trains_nothing(inside: Inside, moods: Path, tmp_path: Path) -> None:
    code, answer, _ = inside("estimate", moods, "--preset", "quick")
    assert code == DONE
    assert answer["seconds"]["least"] <= answer["seconds"]["likely"] <= answer["seconds"]["most"]
    assert answer["memory_mb"]["likely"] < answer["memory_mb"]["most"]
    assert (answer["ground"], answer["fit"], answer["remedies"]) == ("formula", "fits", [])
    assert not list((tmp_path / "home" / "runs").glob("*/recipe.json"))


def test_estimate_refuses_what_train_would_refuse(inside: Inside, moods: Path) -> None:
    code, answer, _ = inside("estimate", moods, "--set", "lora_r=0")
    assert (code, answer["error"]["code"]) == (BAD_INPUT, "recipe")


def test_train_with_contradictions_names_them_and_exits_2(playground: Playground, moods: Path) -> None:
    code, answer, err = playground("train", moods, "--set", "double_quantization=true", "--set", "compute_dtype=float16")
    assert (code, answer["error"]["code"]) == (BAD_INPUT, "recipe")
    assert "Double quantization" in err
    assert "float16" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--set", "epochs"],
        ["--set", "speed=1"],
        ["--task", "poetry"],
        ["--model", "nobody/nothing"],
        ["--text", "nowhere"],
        ["--text-pair", "kind"],
    ],
    ids=["no value", "no such setting", "no such task", "no such model", "no such column", "pairs"],
)
def test_train_with_bad_input_exits_2_with_cause_and_remedy(inside: Inside, moods: Path, arguments: list[str]) -> None:
    code, answer, err = inside("train", moods, *arguments)
    assert code == BAD_INPUT
    assert answer["error"]["message"] in err
    assert answer["error"]["remedy"] in err


def test_train_takes_the_recipe_of_another_run(
    playground: Playground, moods: Path, trained: dict[str, Any], inside: Inside, started: list[Run], tmp_path: Path
) -> None:
    other = playground.home / "runs" / trained["run"]
    recipe = json.loads((other / "recipe.json").read_text(encoding="utf-8"))
    assert (recipe["epochs"], recipe["seed"]) == (2, 7)
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps({**recipe, "epochs": 1}), encoding="utf-8")
    code, _, err = inside("train", moods, "--recipe", path)
    assert code == DONE, err
    assert json.loads(started[0].recipe.to_json()) == {**recipe, "epochs": 1}
    pd.testing.assert_frame_equal(pd.read_parquet(started[0].folder / "splits.parquet"), pd.read_parquet(other / "splits.parquet"))


@pytest.fixture(scope="module")
def predicted(playground: Playground, trained: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Answers to two texts typed and two in a file."""
    path = tmp_path_factory.mktemp("texts") / "texts.txt"
    path.write_text("where is my lamp\n\nlove the kettle\n", encoding="utf-8")
    code, answer, err = playground("predict", trained["run"], "--text", "the lamp broke", "--text", "is the tent in stock?", "--file", path)
    assert code == DONE, err
    answers: list[dict[str, Any]] = answer["predictions"]
    return answers


def test_predict_answers_every_text_with_base_and_tuned(predicted: list[dict[str, Any]]) -> None:
    assert [item["text"] for item in predicted][:2] == ["the lamp broke", "is the tent in stock?"]
    for item in predicted:
        assert set(item["base"]) == set(item["tuned"]) == set(MOODS)
        assert sum(item["tuned"].values()) == pytest.approx(1, abs=1e-3)
        assert sum(item["base"].values()) == pytest.approx(1, abs=1e-3)


def test_predict_reads_texts_from_a_file(predicted: list[dict[str, Any]]) -> None:
    assert [item["text"] for item in predicted][2:] == ["where is my lamp", "love the kettle"]


def test_predict_without_a_text_exits_2(playground: Playground, trained: dict[str, Any]) -> None:
    code, answer, _ = playground("predict", trained["run"])
    assert (code, answer["error"]["code"]) == (BAD_INPUT, "no_texts")


def test_compare_says_the_same_as_train(playground: Playground, trained: dict[str, Any]) -> None:
    code, answer, _ = playground("compare", trained["run"])
    assert code == DONE
    assert answer == {"runs": [trained]}


def test_runs_lists_the_newest_first(playground: Playground, trained: dict[str, Any]) -> None:
    code, answer, _ = playground("runs")
    assert code == DONE
    assert trained["run"] in [run["run"] for run in answer["runs"]]
    created = [run["created"] for run in answer["runs"]]
    assert created == sorted(created, reverse=True)
    assert answer["runs"][-1]["status"] == "finished"


def test_models_lists_the_catalogue(playground: Playground) -> None:
    code, answer, _ = playground("models")
    assert code == DONE
    minilm = next(model for model in answer["models"] if model["model"] == "sentence-transformers/all-MiniLM-L6-v2")
    assert minilm["cached"] is True
    assert minilm["licence"] == "Apache-2.0"


@pytest.mark.parametrize("command", ["predict", "compare", "stop", "resume", "delete"])
def test_an_unknown_run_exits_2(inside: Inside, command: str) -> None:
    code, answer, err = inside(command, "20200101-000000-dead", *(["--text", "x"] if command == "predict" else []))
    assert (code, answer["error"]["code"]) == (BAD_INPUT, "not_found")
    assert answer["error"]["remedy"] in err


def test_ctrl_c_stops_with_a_checkpoint_and_resume_finishes_and_delete_removes(playground: Playground, moods: Path, minilm: Path) -> None:
    process = playground.start("train", moods, "--set", "epochs=60", "--set", "batch_size=8")
    assert process.stderr is not None
    for line in process.stderr:
        if "step " in line:
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    answer = json.loads(out)
    assert (process.returncode, answer["status"]) == (STOPPED, "stopped"), err

    resuming = playground.start("resume", answer["run"])
    runs = RunStore(playground.home / "runs")
    until(lambda: runs.state(runs.get(answer["run"])).status == "running" or resuming.poll() is not None)
    code, stopped, err = playground("stop", answer["run"])
    assert (code, stopped["status"]) == (DONE, "stopped"), err
    resuming.communicate(timeout=60)
    assert resuming.returncode == STOPPED

    code, deleted, _ = playground("delete", answer["run"])
    assert (code, deleted) == (DONE, {"run": answer["run"], "deleted": True})
    assert not (playground.home / "runs" / answer["run"]).exists()


def test_messages_can_be_chinese(playground: Playground, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "playground", "inspect", str(tmp_path / "none.csv"), "--home", str(playground.home), "--json"]
    done = subprocess.run([*command, "--language", "zh"], cwd=TOP, capture_output=True, text=True, env={**os.environ, "PYTHONUTF8": "1"})
    assert "无法打开" in json.loads(done.stdout)["findings"][0]["message"]
