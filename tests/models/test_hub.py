"""The Hugging Face hub, spoken to for real on this machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from playground.errors import ModelError
from playground.models.hub import HuggingFaceHub
from playground.models.types import Model
from tests.models.conftest import FakeHub


def ignore(done: int, total: int | None) -> None:
    pass


def failure(hub: FakeHub, model: Model, folder: Path) -> ModelError:
    with pytest.raises(ModelError) as caught:
        HuggingFaceHub(hub.address).prepare(model, folder, ignore)
    return caught.value


def test_the_files_of_one_revision_are_downloaded(hub: FakeHub, tiny: Model, tiny_files: dict[str, bytes], tmp_path: Path) -> None:
    assert HuggingFaceHub(hub.address).prepare(tiny, tmp_path, ignore) == "test/tiny@abc123"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == tiny_files


def test_the_mirror_of_the_environment_is_honoured(hub: FakeHub, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub.address)
    HuggingFaceHub().prepare(tiny, tmp_path, ignore)
    assert hub.asked


def test_progress_counts_the_bytes_of_all_files(hub: FakeHub, tiny: Model, tiny_files: dict[str, bytes], tmp_path: Path) -> None:
    whole = sum(map(len, tiny_files.values()))
    seen: list[tuple[int, int | None]] = []
    HuggingFaceHub(hub.address).prepare(tiny, tmp_path, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (whole, whole)
    assert seen == sorted(seen)


def test_only_named_files_are_asked_for(hub: FakeHub, tiny: Model, tmp_path: Path) -> None:
    hub.files |= {"pytorch_model.bin": b"pickle", "modeling.py": b"import os", "README.md": b"# hi"}
    HuggingFaceHub(hub.address).prepare(tiny, tmp_path, ignore)
    assert not {"pytorch_model.bin", "modeling.py", "README.md"} & {path.name for path in tmp_path.iterdir()}


def test_a_broken_transfer_goes_on_where_it_broke_off(hub: FakeHub, tiny: Model, tiny_files: dict[str, bytes], tmp_path: Path) -> None:
    hub.break_after = 10
    HuggingFaceHub(hub.address).prepare(tiny, tmp_path, ignore)
    assert (tmp_path / "model.safetensors").read_bytes() == tiny_files["model.safetensors"]
    assert "bytes=10-" in [headers.get("Range") for headers in hub.headers]


def test_no_token_is_ever_sent(hub: FakeHub, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    HuggingFaceHub(hub.address).prepare(tiny, tmp_path, ignore)
    assert not [headers for headers in hub.headers if "Authorization" in headers or "authorization" in headers]


def test_a_repository_without_safetensors_is_refused(hub: FakeHub, tiny: Model, tmp_path: Path) -> None:
    hub.files = {"pytorch_model.bin": b"pickle", "config.json": b"{}", "tokenizer.json": b"{}"}
    assert failure(hub, tiny, tmp_path).code == "source_no_safetensors"


def test_the_hubs_own_checksum_is_checked_where_the_catalogue_has_none(hub: FakeHub, unknown_facts: Model, tmp_path: Path) -> None:
    hub.wrong_sha256 = {"config.json": "0" * 64}
    assert failure(hub, unknown_facts, tmp_path).code == "model_file_hash"


def test_the_catalogues_checksum_wins_over_the_hubs(hub: FakeHub, tiny: Model, tmp_path: Path) -> None:
    hub.files["tokenizer.json"] = b'{"version": "2.0"}'
    assert failure(hub, tiny, tmp_path).code == "model_file_hash"


@pytest.mark.parametrize(("status", "code"), [(404, "source_without_model"), (401, "source_without_model"), (403, "source_refused")])
def test_a_refusal_says_what_kind_it_is(hub: FakeHub, tiny: Model, tmp_path: Path, status: int, code: str) -> None:
    hub.status = status
    assert failure(hub, tiny, tmp_path).code == code


def test_offline_mode_asks_nobody(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path\nfrom playground.models import CATALOGUE\nfrom playground.models.hub import HuggingFaceHub\n"
        f"HuggingFaceHub().prepare(CATALOGUE[0], Path({str(tmp_path)!r}), print)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env={"HF_HUB_OFFLINE": "1"}, check=False)
    assert "HF_HUB_OFFLINE is set" in done.stderr
