"""The folder prepared by hand, and the order of the sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.errors import ModelError
from playground.models.sources import LocalFolder, default_sources
from playground.models.types import Model


def ignore(done: int, total: int | None) -> None:
    pass


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


def put(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


def test_sources_are_asked_in_the_order_people_use_them(tmp_path: Path) -> None:
    assert [source.name for source in default_sources(tmp_path)] == ["hub", "modelscope", "folder", "package"]


@pytest.mark.parametrize("place", ["test/tiny", "tiny", "test--tiny", "models--test--tiny/snapshots/abc"])
def test_a_folder_is_found_under_every_usual_name(
    place: str, tiny: Model, tiny_files: dict[str, bytes], tmp_path: Path, target: Path
) -> None:
    put(tmp_path / "by-hand" / place, tiny_files)
    assert LocalFolder(tmp_path / "by-hand").prepare(tiny, target, ignore) == str(tmp_path / "by-hand" / place)
    assert {path.name: path.read_bytes() for path in target.iterdir()} == tiny_files


def test_only_named_files_are_copied(tiny: Model, tiny_files: dict[str, bytes], tmp_path: Path, target: Path) -> None:
    put(tmp_path / "tiny", tiny_files | {"pytorch_model.bin": b"pickle"})
    LocalFolder(tmp_path).prepare(tiny, target, ignore)
    assert not (target / "pytorch_model.bin").exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"model.safetensors": b"short"}, "model_file_size"),
        ({"model.safetensors": None}, "model_file_missing"),
    ],
    ids=["damaged", "missing"],
)
def test_a_folder_that_is_not_whole_is_refused(
    change: dict[str, bytes | None], code: str, tiny: Model, tiny_files: dict[str, bytes], tmp_path: Path, target: Path
) -> None:
    put(tmp_path / "tiny", {name: data for name, data in (tiny_files | change).items() if data is not None})
    with pytest.raises(ModelError) as caught:
        LocalFolder(tmp_path).prepare(tiny, target, ignore)
    assert caught.value.code == code


@pytest.mark.parametrize(("root", "code"), [("nowhere", "source_no_folder"), (".", "source_not_in_folder")])
def test_a_folder_that_is_not_there_is_told(root: str, code: str, tiny: Model, tmp_path: Path, target: Path) -> None:
    with pytest.raises(ModelError) as caught:
        LocalFolder(tmp_path / root).prepare(tiny, target, ignore)
    assert caught.value.code == code
