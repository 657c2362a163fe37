"""The promises about who imports whom, kept by looking at fresh interpreters and at the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).parents[1] / "playground"
#: From the top of the house down; a room may import rooms above it only.
ROOMS = [
    "words", "errors", "devices", "data", "tasks", "references", "models", "recipe", "presets", "estimate", "search", "runs", "launch",
    "compare", "tracking", "training", "predict", "survey", "workbench", "report", "follow", "ui", "cli",
]  # fmt: skip
HEAVY = {"torch", "transformers", "peft", "accelerate", "bitsandbytes", "cleanlab", "gradio", "tensorboard", "trackio"}


def modules_after(statement: str) -> set[str]:
    script = f"import sys\n{statement}\nprint(' '.join(sorted({{name.partition('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=HOUSE.parent)
    return set(done.stdout.split())


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" if node.module == "playground" else node.module for alias in node.names}
    return found


def room_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "playground" and len(parts) > 1 else None


def sources() -> list[tuple[str, Path]]:
    return [(path.relative_to(HOUSE).parts[0].removesuffix(".py"), path) for path in sorted(HOUSE.rglob("*.py"))]


def test_the_core_imports_neither_torch_nor_gradio() -> None:
    assert not HEAVY & modules_after("import playground.workbench, playground.cli, playground.report")


def test_the_page_does_not_import_torch() -> None:
    assert not (HEAVY - {"gradio"}) & modules_after("import playground.ui.app")


def test_a_room_imports_only_rooms_above_it() -> None:
    wrong = [
        f"{path.relative_to(HOUSE)} imports {name}"
        for room, path in sources()
        if room in ROOMS
        for name in imports_of(path)
        if (other := room_of(name)) in ROOMS and ROOMS.index(other) > ROOMS.index(room)
    ]
    assert wrong == []


def test_every_room_has_its_place_in_the_order() -> None:
    assert {room for room, _ in sources()} - {"__init__", "__main__"} == set(ROOMS)


def test_only_the_page_imports_gradio_and_only_the_leaves_import_torch() -> None:
    allowed = {name: {"training", "predict", "survey"} for name in HEAVY}
    allowed |= {"gradio": {"ui"}, "tensorboard": {"tracking"}, "trackio": {"tracking"}}
    wrong = [
        f"{path.relative_to(HOUSE)} imports {name}"
        for room, path in sources()
        for name in imports_of(path)
        if room not in allowed.get(name.partition(".")[0], {room})
    ]
    assert wrong == []


def test_nothing_loads_a_pickle_or_runs_code_from_a_hub() -> None:
    text = {path: path.read_text(encoding="utf-8") for _, path in sources()}
    banned = ("trust_remote_code=True", "import pickle", "torch.load(", "torch.save(", "eval(", "exec(", "os.system(", "pkill")
    assert [f"{path.name}: {word}" for path, source in text.items() for word in banned if word in source.replace(".eval()", "")] == []
