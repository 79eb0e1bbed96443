#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does a choice of frames beat chance? Chooses, trains and tests with every strategy, budget and seed.

    cmake --build build/release -j2 --target intersect-cli
    python3 tests/bench/selection_study.py --out FOLDER [--budgets 40 80] [--seeds 5] [--strategies random equal …] [--images 2000] [--img-size 416]

For each budget and seed s every strategy chooses that many frames of pool Q2 of citycam-mini with seed s, and a network that starts from yolov5n.pt is trained
on all of them with seed s, with as many epochs as show it --images pictures (so every training takes as many steps), the backbone frozen (--freeze). What is
tested is the network of the last epoch, so that no frame of any pool had a say in which one; val.txt is one frame, because there has to be one. mAP50 is
YOLOv5's (definition yolov5) over the 216 frames of the test pool, which hold the six cameras of Q2 and two that no choice can take from.
What was done stays in FOLDER, and a second call goes on where the first one stopped. --jobs trainings run side by side, one thread each.
The table: mean, least and largest over the seeds, and the mean and range of the difference to random at the same budget and seed.
"""
import argparse
import concurrent.futures
import csv
import itertools
import json
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
STRATEGIES = {
    "random": ["--strategy", "random"],
    "equal": ["--strategy", "equal"],
    "proportional": ["--strategy", "proportional", "--by", "boxes"],
    "diverse": ["--strategy", "diverse"],
    "typical": ["--strategy", "diverse", "--diverse-by", "facility-location"],
    "uncertain": ["--strategy", "uncertain"],
    "uncertain-per-camera": ["--strategy", "uncertain", "--per-camera"],
    "disagreement": ["--strategy", "disagreement"],
    "most-objects": ["--strategy", "most-objects"],
    "most-classes": ["--strategy", "most-classes"],
}
LOOKS = {"diverse", "typical", "uncertain", "uncertain-per-camera", "disagreement"}  # strategies that ask a network


def call(cli, *arguments):
    done = subprocess.run([cli, *map(str, arguments), "--json", "--quiet"], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(map(str, arguments))}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def one(options, strategy, budget, seed):
    """Chooses, trains and tests once; the mAP50 on the test pool."""
    folder = options.out / f"{strategy}-{budget}-{seed}"
    result = folder / "result.json"
    if result.exists():
        return json.loads(result.read_text())
    folder.mkdir(parents=True, exist_ok=True)
    data = options.shared / "data/citycam-mini"
    weights = options.shared / "weights/yolov5n.pt"
    network = ["--weights", weights, "--threads", 1] if strategy in LOOKS else []
    chosen = call(options.cli, "select", data, "--pool", "Q2", "--count", budget, *STRATEGIES[strategy], *network, "--seed", seed, "--out", folder / "selection.yaml", "--force")
    frames = lambda pool: sorted(str(p) for p in (data / pool).rglob("*.jpg"))
    lists = {"train": chosen["images"], "val": frames("Q1")[:1], "test": frames("test")}
    for name, paths in lists.items():
        (folder / f"{name}.txt").write_text("".join(p + "\n" for p in paths))
    names = json.dumps(options.names)
    (folder / "data.yaml").write_text("".join(f"{name}: {folder / name}.txt\n" for name in lists) + f"nc: {len(options.names)}\nnames: {names}\n")
    run = folder / "run"
    freeze = ["--freeze", options.freeze] if options.freeze != "none" else []
    call(options.cli, "train", folder / "data.yaml", "--weights", weights, "--run", run, "--epochs", max(1, options.images // budget), "--batch", options.batch, "--img-size", options.img_size,
         "--seed", seed, "--precision", options.precision, "--nbs", options.batch, "--threads", 1, "--patience", 0, *freeze, "--force")
    report = call(options.cli, "evaluate", "--data", folder / "data.yaml", "--split", "test", "--weights", run / "weights/last.safetensors", "--img-size", options.img_size,
                  "--precision", "fp32", "--threads", 1)
    boxes = sum(len(pathlib.Path(p).with_suffix(".txt").read_text().splitlines()) for p in chosen["images"])
    document = {"strategy": strategy, "budget": budget, "seed": seed, "map50": report["definitions"]["yolov5"]["map50"], "map50_95": report["definitions"]["yolov5"]["map50_95"],
                "boxes": boxes, "cameras": {c["camera"]: c["selected"] for c in chosen["cameras"]}}
    result.write_text(json.dumps(document))
    return document


def table(options, results):
    by = {(r["strategy"], r["budget"], r["seed"]): r for r in results}
    print(f"mAP50 on the test pool, {options.img_size} px, {options.images} pictures a training in steps of {options.batch}, frozen: {options.freeze}, {options.precision}")
    print(f"{'budget':>6} {'strategy':<22} {'seeds':>5} {'boxes':>6} {'mean':>7} {'least':>7} {'most':>7}   {'minus random, same seed':<24}")
    for budget in options.budgets:
        for strategy in options.strategies:
            rows = [by[key] for seed in range(options.seeds) if (key := (strategy, budget, seed)) in by]
            if not rows:
                continue
            scores = [r["map50"] for r in rows]
            differences = [r["map50"] - by["random", budget, r["seed"]]["map50"] for r in rows if ("random", budget, r["seed"]) in by]
            against = f"{statistics.mean(differences):+.4f} ({min(differences):+.4f} … {max(differences):+.4f})" if differences and strategy != "random" else ""
            print(f"{budget:>6} {strategy:<22} {len(rows):>5} {statistics.mean(r['boxes'] for r in rows):>6.0f} {statistics.mean(scores):>7.4f} {min(scores):>7.4f} {max(scores):>7.4f}   {against}")
    with open(options.out / "results.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["strategy", "budget", "seed", "boxes", "map50", "map50_95"])
        writer.writerows([r[k] for k in ("strategy", "budget", "seed", "boxes", "map50", "map50_95")] for r in results)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--cli", type=pathlib.Path, help="the program (default: bin/intersect-cli of the build)")
    parser.add_argument("--shared", type=pathlib.Path, default=pathlib.Path(os.environ.get("INTERSECT_SHARED", ROOT / "../shared")).resolve())
    parser.add_argument("--budgets", type=int, nargs="+", default=[40, 80])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--strategies", nargs="+", choices=STRATEGIES, default=["random", "equal", "proportional", "diverse", "uncertain", "most-classes"])
    parser.add_argument("--images", type=int, default=2000, help="pictures shown in a training: epochs = images // budget")
    parser.add_argument("--img-size", type=int, default=416)
    parser.add_argument("--batch", type=int, default=8, help="pictures a step: YOLOv5 warms up for 100 steps at least, which with 16 would be most of so short a training")
    parser.add_argument("--precision", default="bf16", choices=["bf16", "fp32"])
    parser.add_argument("--freeze", default="backbone", help="modules to freeze, or none")
    parser.add_argument("--jobs", type=int, default=max(1, os.cpu_count() or 1))
    options = parser.parse_args()
    options.out = options.out.resolve()
    options.cli = (options.cli or options.build / "bin/intersect-cli").resolve()
    options.names = call(options.cli, "inspect", options.shared / "weights/yolov5n.pt")["classes"]  # COCO's, so that the start network keeps its head
    grid = list(itertools.product(range(options.seeds), options.budgets, options.strategies))  # seeds outermost: a stopped study has whole rows
    results = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        waiting = {pool.submit(one, options, strategy, budget, seed): (strategy, budget, seed) for seed, budget, strategy in grid}
        for number, done in enumerate(concurrent.futures.as_completed(waiting), 1):
            results.append(done.result())
            print(f"{number} of {len(grid)}: {waiting[done]} {results[-1]['map50']:.4f}", file=sys.stderr, flush=True)
    table(options, sorted(results, key=lambda r: (r["budget"], r["strategy"], r["seed"])))


if __name__ == "__main__":
    main()
