"""A hub of datasets on this machine: it lists and serves Parquet files as the real one does."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.parquet as pq


def parquet(texts: list[str]) -> bytes:
    note = {"info": {"features": {"label": {"names": ["bad", "good"], "_type": "ClassLabel"}}}}
    table = pa.table({"text": texts, "label": [number % 2 for number in range(len(texts))]})
    buffer = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({"huggingface": json.dumps(note)}), buffer)
    return buffer.getvalue()


@dataclass
class Hub:
    """Datasets by name, configuration and split, each split a list of Parquet files."""

    datasets: dict[str, dict[str, dict[str, list[bytes]]]] = field(default_factory=dict)
    headers: list[dict[str, str]] = field(default_factory=list)
    address: str = ""


class _Handler(BaseHTTPRequestHandler):
    hub: ClassVar[Hub]

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.hub.headers.append(dict(self.headers))
        name, _, rest = self.path.removeprefix("/api/datasets/").partition("/parquet")
        found = self.hub.datasets.get(name)
        if found is None:
            return self.send_error(401)
        if not rest:
            listing = {
                c: {s: [f"http://elsewhere.invalid/{n}" for n in range(len(p))] for s, p in splits.items()} for c, splits in found.items()
            }
            return self._answer(json.dumps(listing).encode())
        _, config, split, number = rest.split("/")
        return self._answer(found[config][split][int(number.removesuffix(".parquet"))])

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving_hub() -> Iterator[Hub]:
    """A hub without datasets, until the block ends."""
    hub = Hub()
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    hub.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield hub
    server.shutdown()
    server.server_close()
