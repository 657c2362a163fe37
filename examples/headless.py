"""Fine-tune from a script, without a page: python examples/headless.py [FILE]"""

from __future__ import annotations

import sys
from pathlib import Path

from playground.follow import follow
from playground.workbench import LOCAL_OWNER, Workbench

FILE = Path(__file__).parent / "support_intents.csv"


def main(path: Path) -> None:
    bench = Workbench()
    dataset = bench.keep(bench.inspect(path.read_bytes(), path.name), LOCAL_OWNER)
    recipe = bench.preset("quick", dataset).with_values({"seed": 7})
    run = bench.start(dataset.fingerprint, recipe, LOCAL_OWNER)
    state = follow(bench, run, sys.stderr)
    if state.cause is not None:
        sys.exit(str(state.cause))
    verdict = bench.comparison(run.id, LOCAL_OWNER).verdict
    sys.stdout.write(f"{verdict.outcome}: {verdict.metric} {verdict.base:.2f} -> {verdict.tuned:.2f} on {verdict.rows} held-out rows\n")
    for prediction in bench.predict(run.id, LOCAL_OWNER, ["I was charged twice for the same order"]):
        best = max(prediction.tuned, key=lambda label: prediction.tuned[label])
        sys.stdout.write(f"{prediction.text}: {best} ({prediction.tuned[best]:.2f})\n")
    bench.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE)
