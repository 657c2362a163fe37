"""The prediction worker: kept warm, replaced when it dies, and never left behind. A small program stands in for the models."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from playground.errors import PredictionError
from playground.launch.command import Command
from playground.launch.worker import PredictionWorkers, worker_command
from playground.runs.types import Prediction
from playground.runs.writing import StreamPart, WritingOptions
from tests.launch.children import CPU
from tests.runs.making import until

ROOT = Path(__file__).parents[2]
WORKER = """
import json, os, pathlib, select, sys, time

def stream(request):
    (pathlib.Path(sys.argv[1]) / "streaming").touch()
    text, number = request["prompt"], request["id"]
    for length in range(1, len(text) + 1):
        part = {"base": text[:length], "tuned": request["options"]["system"]}
        last = length == len(text) and not text.endswith("...")
        print(json.dumps({"id": number, "part": part} | ({"done": True} if last else {})), flush=True)
    while text.endswith("..."):
        print(json.dumps({"id": number, "part": {"base": text, "tuned": "more"}}), flush=True)
        if select.select([sys.stdin], [], [], 0.05)[0] and json.loads(sys.stdin.readline()) == {"cancel": number}:
            (pathlib.Path(sys.argv[1]) / "called-off").touch()
            print(json.dumps({"id": number, "done": True}), flush=True)
            return

(pathlib.Path(sys.argv[1]) / f"worker-{os.getpid()}").touch()
for line in sys.stdin:
    request = json.loads(line)
    if request.get("stream") and request["prompt"] not in ("hang", "refuse", "exit"):
        stream(request)
        continue
    request.setdefault("texts", [request.get("prompt", "")])
    text = (request.get("texts") or [""])[0]
    if request.get("warm"):
        (pathlib.Path(sys.argv[1]) / "warmed").touch()
        answer = {"predictions": []}
    elif text == "raise":
        raise ValueError("odd text")
    elif text == "memory":
        raise MemoryError
    elif text == "kill":
        os.kill(os.getpid(), 9)
    elif text == "exit":
        sys.exit(3)
    elif text == "hang":
        time.sleep(600)
    elif text == "refuse":
        answer = {"error": {"code": "module_missing", "facts": {"module": "peft"}}}
    elif text == "refuse oddly":
        answer = {"error": {"code": "from_the_future", "facts": {"x": 1}}}
    else:
        if text == "chatty":
            print("a library says hello", flush=True)
            print('{"id": 0, "predictions": []}', flush=True)
            sys.stderr.write("x" * 2**20)
        base = request["base"] or "default"
        answer = {"predictions": [{"text": t, "base": {base: 1.0}, "tuned": {str(os.getpid()): 1.0}} for t in request["texts"]]}
    print(json.dumps({"id": request["id"], **answer}), flush=True)
"""
RUN = Path("/some/run")


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., PredictionWorkers]]:
    (tmp_path / "worker.py").write_text(WORKER)
    made: list[PredictionWorkers] = []

    def make(**options: float) -> PredictionWorkers:
        command = Command((sys.executable, str(tmp_path / "worker.py"), str(tmp_path)), {})
        made.append(PredictionWorkers(tmp_path, command, **options))
        return made[-1]

    yield make
    for workers in made:
        workers.close(patience=0)


@pytest.fixture
def workers(make: Callable[..., PredictionWorkers]) -> PredictionWorkers:
    return make()


def answered_by(workers: PredictionWorkers) -> int:
    return int(next(iter(workers.ask(RUN, ["hello"])[0].tuned)))


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_answers_come_in_the_order_of_the_texts(workers: PredictionWorkers) -> None:
    answers = workers.ask(RUN, ["one", "二"], "probe")
    assert [answer.text for answer in answers] == ["one", "二"]
    assert isinstance(answers[0], Prediction)
    assert answers[0].base == {"probe": 1.0}


def test_nothing_is_started_before_the_first_question(workers: PredictionWorkers, tmp_path: Path) -> None:
    assert list(tmp_path.glob("worker-*")) == []


def test_one_worker_answers_every_question(workers: PredictionWorkers) -> None:
    assert answered_by(workers) == answered_by(workers)


def test_what_libraries_print_is_no_answer_and_blocks_nothing(workers: PredictionWorkers) -> None:
    assert workers.ask(RUN, ["chatty"])[0].text == "chatty"


def test_a_very_large_question_is_answered(workers: PredictionWorkers) -> None:
    assert len(workers.ask(RUN, ["word " * 100_000] * 4)) == 4


def test_questions_of_many_threads_get_their_own_answers(workers: PredictionWorkers) -> None:
    answers: dict[int, str] = {}
    threads = [threading.Thread(target=lambda n=n: answers.update({n: workers.ask(RUN, [f"text {n}"])[0].text})) for n in range(8)]  # type: ignore[misc]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: f"text {number}" for number in range(8)}


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("raise", "predict_died", "odd text"),
        ("memory", "predict_memory", ""),
        ("kill", "predict_memory", ""),
        ("exit", "predict_ended", "3"),
        ("refuse", "module_missing", "peft"),
        ("refuse oddly", "predict_died", "from_the_future"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why_and_the_next_one_is(
    workers: PredictionWorkers, text: str, code: str, told: str
) -> None:
    with pytest.raises(PredictionError) as caught:
        workers.ask(RUN, [text])
    assert caught.value.code == code
    assert told in caught.value.message("zh")
    assert caught.value.remedy("zh")
    assert workers.ask(RUN, ["hello"])[0].text == "hello"


def test_a_question_that_is_refused_does_not_cost_the_worker(workers: PredictionWorkers) -> None:
    before = answered_by(workers)
    with pytest.raises(PredictionError):
        workers.ask(RUN, ["refuse"])
    assert answered_by(workers) == before


def test_a_question_that_takes_too_long_ends_its_worker(make: Callable[..., PredictionWorkers]) -> None:
    workers = make(timeout=1.0)
    with pytest.raises(PredictionError) as caught:
        workers.ask(RUN, ["hang"])
    assert caught.value.code == "predict_timeout"


def test_a_worker_killed_between_two_questions_is_replaced(workers: PredictionWorkers) -> None:
    first = answered_by(workers)
    psutil.Process(first).kill()
    until(lambda: gone(first))
    assert answered_by(workers) != first


def test_warming_returns_at_once_and_loads(workers: PredictionWorkers, tmp_path: Path) -> None:
    workers.warm(RUN)
    until((tmp_path / "warmed").exists)
    assert workers.ask(RUN, ["hello"])


def test_an_idle_worker_is_ended_and_a_busy_one_is_not(make: Callable[..., PredictionWorkers]) -> None:
    workers = make(idle=3600)
    worker = answered_by(workers)
    assert not workers.end_idle()
    workers = make(idle=0)
    assert not workers.end_idle()
    worker = answered_by(workers)
    assert workers.end_idle()
    assert gone(worker)


def test_an_answer_is_told_while_it_is_written(workers: PredictionWorkers) -> None:
    parts = list(workers.stream(RUN, "yes", WritingOptions(system="kind")))
    assert parts == [StreamPart("y", "kind", False), StreamPart("ye", "kind", False), StreamPart("yes", "kind", True)]


def test_nothing_is_asked_before_the_first_part_is_wanted(workers: PredictionWorkers, tmp_path: Path) -> None:
    workers.stream(RUN, "yes", WritingOptions())
    assert list(tmp_path.glob("worker-*")) == []


def test_whoever_stops_reading_ends_the_writing_and_the_worker_answers_the_next(workers: PredictionWorkers, tmp_path: Path) -> None:
    reading = workers.stream(RUN, "endless...", WritingOptions())
    assert next(reading).base == "e"
    reading.close()  # type: ignore[attr-defined]
    until((tmp_path / "called-off").exists)
    answered_by(workers)
    assert len(list(tmp_path.glob("worker-*"))) == 1


def test_a_reader_who_lingers_blocks_nobody(workers: PredictionWorkers) -> None:
    reading = workers.stream(RUN, "yes", WritingOptions())
    next(reading)
    assert workers.ask(RUN, ["hello"])
    assert [part.base for part in reading] == ["ye", "yes"]


@pytest.mark.parametrize(("prompt", "code"), [("refuse", "module_missing"), ("exit", "predict_ended"), ("hang", "predict_timeout")])
def test_a_stream_that_cannot_be_says_why_and_the_next_question_is_answered(
    make: Callable[..., PredictionWorkers], prompt: str, code: str
) -> None:
    workers = make(timeout=3.0)
    with pytest.raises(PredictionError) as caught:
        list(workers.stream(RUN, prompt, WritingOptions()))
    assert caught.value.code == code
    assert workers.ask(RUN, ["hello"])


def test_a_closed_worker_is_gone_and_comes_back_when_asked(workers: PredictionWorkers) -> None:
    first = answered_by(workers)
    workers.close()
    assert gone(first)
    assert answered_by(workers) != first


def test_closing_does_not_wait_for_an_answer_that_does_not_come(workers: PredictionWorkers, tmp_path: Path) -> None:
    errors: list[PredictionError] = []

    def ask() -> None:
        try:
            workers.ask(RUN, ["hang"])
        except PredictionError as error:
            errors.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    until(lambda: list(tmp_path.glob("worker-*")))
    workers.close(patience=0.1)
    asking.join()
    assert len(errors) == 1


def test_a_forgotten_run_is_let_go_of_and_others_are_kept(workers: PredictionWorkers) -> None:
    worker = answered_by(workers)
    workers.forget(Path("/another/run"))
    assert answered_by(workers) == worker
    workers.forget(RUN)
    assert gone(worker)


def test_a_worker_that_cannot_be_started_is_told(tmp_path: Path) -> None:
    with pytest.raises(PredictionError) as caught:
        PredictionWorkers(tmp_path, Command(("/no/such/program",), {})).ask(RUN, ["hello"])
    assert caught.value.code == "predict_start"


APP = """
import pathlib, sys
from playground.launch.command import Command
from playground.launch.worker import PredictionWorkers
root = pathlib.Path(sys.argv[1])
workers = PredictionWorkers(root, Command((sys.executable, str(root / "worker.py"), str(root)), {}))
print(next(iter(workers.ask(root, ["hello"])[0].tuned)), flush=True)
sys.stdin.readline()
"""


@pytest.mark.parametrize("killed", [True, False])
def test_a_worker_does_not_outlive_its_app(tmp_path: Path, killed: bool) -> None:
    (tmp_path / "worker.py").write_text(WORKER)
    app = subprocess.Popen([sys.executable, "-c", APP, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert app.stdout is not None
    worker = int(app.stdout.readline())
    assert not gone(worker)
    if killed:
        app.kill()
    app.communicate("\n")
    until(lambda: gone(worker))


def test_the_real_worker_is_the_predict_module() -> None:
    assert worker_command(CPU).argv[1:] == ("-m", "playground.predict")
