#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""COCO evaluation against faster-coco-eval: the same files, in turns, each run a new process on one core; how time and memory grow.

    python3 -m venv FOLDER/faster && FOLDER/faster/bin/pip install faster-coco-eval
    cmake --preset release && cmake --build build/release -j2 --target intersect-cli
    python3 tests/bench/coco_vs_faster.py --python FOLDER/faster/bin/python [--build build/release] [--files FOLDER] [--rounds 5]
                                          [--growth 1250,5000,50000]

The set is drawn anew (5,000 images, 500,000 detections by default; --images N) or taken from --files, where it is left. Of ours the whole
command counts, with start and reading; of the other one reading, evaluation and summary, and the start of Python by itself. Ratios only:
absolute times depend on what else the machine does; CPU seconds do so less than elapsed ones.
"""
import argparse
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]

THEIRS = """
import contextlib, io, json, resource, sys
def used():
    now = resource.getrusage(resource.RUSAGE_SELF)
    return now.ru_utime + now.ru_stime
from faster_coco_eval import COCO, COCOeval_faster
start = used()
with contextlib.redirect_stdout(io.StringIO()):
    truth = COCO(sys.argv[1])
    found = truth.loadRes(sys.argv[2])
    read = used()
    run = COCOeval_faster(truth, found, "bbox")
    run.evaluate()
    run.accumulate()
    run.summarize()
print(json.dumps({"stats": [float(one) for one in run.stats[:12]], "start": start, "read": read - start, "evaluate": used() - read}))
"""


class Draws:
    """Knuth's 64-bit generator; a draw is a double in [0, 1)."""

    def __init__(self):
        self.state = 20240607

    def __call__(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        return (self.state >> 11) / 9007199254740992.0


def cents(value):
    return math.floor(value * 100 + 0.5) / 100


def draw_box(u):
    w, h = (8 + 312 * (v * v * v) for v in (u(), u()))
    x, y = u() * (640 - w), u() * (480 - h)
    return cents(x), cents(y), cents(w), cents(h)


def draw_class(u):
    v = u()
    return int(80 * (v * v))


def draw_detection(u, objects):
    if u() < 0.5 and objects:
        kind, (x, y, w, h) = objects[int(u() * len(objects))]
        wrong, other = u() >= 0.9, draw_class(u)
        mine = w * (0.8 + 0.4 * u()), h * (0.8 + 0.4 * u())
        corner = x + w * 0.2 * (u() - 0.5), y + h * 0.2 * (u() - 0.5)
        return other if wrong else kind, tuple(map(cents, corner + mine)), math.floor((0.2 + 0.8 * u()) * 100000) / 100000
    kind, box = draw_class(u), draw_box(u)
    score = u()
    return kind, box, math.floor(score * score * 100000) / 100000


def make_sets(folder, sizes):
    """truth-N.json and found-N.json of the first N images for each size, as Python's json would write them."""
    u, truth, first = Draws(), [], True
    open_files = {size: open(folder / f"found-{size}.json", "w") for size in sizes}
    for file in open_files.values():
        file.write("[")
    for image in range(1, max(sizes) + 1):
        objects = []
        for _ in range(int(u() * 15.4)):
            objects.append((draw_class(u), draw_box(u)))
            kind, box = objects[-1]
            truth.append(f'{{"id": {len(truth) + 1}, "image_id": {image}, "category_id": {kind}, "bbox": {list(box)!r}, "area": {box[2] * box[3]!r}, "iscrowd": 0}}')
        rows = []
        for _ in range(100):
            kind, box, score = draw_detection(u, objects)
            rows.append(f'{{"image_id": {image}, "category_id": {kind}, "bbox": {list(box)!r}, "score": {score!r}}}')
        text, first = ("" if first else ", ") + ", ".join(rows), False
        for file in open_files.values():
            file.write(text)
        if image in open_files:
            open_files[image].write("]")
            open_files.pop(image).close()
            images = ", ".join(f'{{"id": {i}, "width": 640, "height": 480, "file_name": "{i}.jpg"}}' for i in range(1, image + 1))
            kinds = ", ".join(f'{{"id": {i}, "name": "{i}"}}' for i in range(80))
            (folder / f"truth-{image}.json").write_text(f'{{"images": [{images}], "categories": [{kinds}], "annotations": [{", ".join(truth)}]}}')


def run_alone(command):
    """One process on one core: its output, elapsed and CPU seconds, and peak memory in MB."""
    began = time.monotonic()
    child = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, env=dict(os.environ, OMP_NUM_THREADS="1", OMP_WAIT_POLICY="passive", GOMP_SPINCOUNT="0"),
                             preexec_fn=lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}))
    out = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{command[0]} ended with {child.returncode}")
    return json.loads(out), {"elapsed": time.monotonic() - began, "cpu": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss / 1024}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="an interpreter that has faster-coco-eval; - leaves the comparison out")
    parser.add_argument("--build", default=ROOT / "build/release")
    parser.add_argument("--files", help="folder for the drawn files")
    parser.add_argument("--images", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--growth", default="", help="image counts, commas between: time and memory of ours alone")
    arguments = parser.parse_args()
    growth = [int(size) for size in arguments.growth.split(",") if size]
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(arguments.files or scratch)
        folder.mkdir(parents=True, exist_ok=True)
        sizes = {arguments.images, *growth}
        if not all((folder / f"found-{size}.json").exists() and (folder / f"truth-{size}.json").exists() for size in sizes):
            make_sets(folder, sizes)
        ours = lambda size: run_alone([pathlib.Path(arguments.build) / "bin/intersect-cli", "evaluate", "--truth", folder / f"truth-{size}.json",
                                       "--detections", folder / f"found-{size}.json", "--definition", "coco", "--threads", 1, "--json"])
        good = arguments.python == "-" or compare(arguments, folder, ours)
        for size in growth:
            document, cost = ours(size)
            print(f"{size:7} images, {document['detections']:8} detections: {cost['elapsed']:7.2f} s, {cost['cpu']:7.2f} s CPU, {cost['memory']:6.0f} MB")
    return 0 if good else 1


def compare(arguments, folder, ours):
    size = arguments.images
    costs, parts, worst = ([], []), [], 0.0
    for _ in range(arguments.rounds):
        mine, cost = ours(size)
        costs[0].append(cost)
        theirs, cost = run_alone([arguments.python, "-c", THEIRS, folder / f"truth-{size}.json", folder / f"found-{size}.json"])
        costs[1].append(cost)
        parts.append(theirs)
        stats = [-1 if one is None else one for one in mine["definitions"]["coco"]["stats"]]
        worst = max(worst, *(abs(a - b) for a, b in zip(stats, theirs["stats"])))
    middle = lambda side, key: statistics.median(cost[key] for cost in costs[side])
    part = lambda key: statistics.median(one[key] for one in parts)
    print(f"{size} images, {arguments.rounds} rounds in turn, medians{'elapsed s':>14}{'CPU s':>10}{'peak MB':>10}")
    for side, name in enumerate(("intersect-cli evaluate, whole", "faster-coco-eval, whole")):
        print(f"{name:40}{middle(side, 'elapsed'):14.2f}{middle(side, 'cpu'):10.2f}{middle(side, 'memory'):10.0f}")
    print(f"{'  of it start, reading, evaluation':54}{part('start'):10.2f}{part('read'):10.2f}{part('evaluate'):10.2f}")
    ratios = {key: [b[key] / a[key] for a, b in zip(*costs)] for key in ("elapsed", "cpu")}
    for key, values in ratios.items():
        print(f"faster by {statistics.median(values):.1f} in {key} ({min(values):.1f} to {max(values):.1f})")
    without = (part("read") + part("evaluate")) / middle(0, "cpu")
    print(f"faster by {without:.1f} in CPU with our start counted and theirs not")
    print(f"largest difference of the twelve numbers: {worst:.1e}")
    return worst < 1e-9 and middle(0, "memory") < middle(1, "memory")


if __name__ == "__main__":
    sys.exit(main())
