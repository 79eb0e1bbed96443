#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Non-maximum suppression against torchvision's, in turns on the same boxes.

The boxes are the candidates of yolov5n above confidence 0.001, every class of a box, on the picture with most of them.

    apt-get install python3-torchvision
    cmake --preset release -DINTERSECT_BENCHMARKS=ON && cmake --build build/release -j2 --target intersect-cli bench_nms
    python3 tests/bench/nms_vs_torchvision.py [--build build/release] [--pictures ../shared/data/citycam-mini/test]
                                              [--weights ../shared/weights/yolov5n.pt] [--rounds 25]

Both sides sort by score, shift the boxes of each class apart and suppress; torchvision's is cut to max_det after it, as YOLOv5 does,
ours stops there. Ratios only: absolute times depend on what else the machine does.
"""
import argparse
import json
import os
import pathlib
import statistics
import struct
import subprocess
import sys
import tempfile
import time

import numpy as np
import torch
import torchvision

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLASS_SHIFT = 7680.0  # YOLOv5's max_wh


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    kinds = {"F32": np.float32, "I32": np.int32}
    arrays = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            arrays[name] = np.frombuffer(data[begin:end], kinds[entry["dtype"]]).reshape(entry["shape"])
    return arrays


def write_safetensors(path, arrays):
    kinds = {"float32": "F32", "int32": "I32"}
    header, at = {}, 0
    for name, array in arrays.items():
        header[name] = {"dtype": kinds[str(array.dtype)], "shape": list(array.shape), "data_offsets": [at, at + array.nbytes]}
        at += array.nbytes
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(array.tobytes() for array in arrays.values()))


def worst_picture(arguments, folder):
    candidates = folder / "candidates.safetensors"
    subprocess.run(
        [arguments.build / "bin/intersect-cli", "predict", arguments.pictures, "--weights", arguments.weights, "--conf", "0.001",
         "--multi-label", "--out", folder / "boxes.json", "--candidates", candidates, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    arrays = read_safetensors(candidates)
    picture = np.bincount(arrays["image"]).argmax()
    rows = arrays["image"] == picture
    # In an order of its own, not yet sorted by score: sorting is part of the work.
    order = np.random.default_rng(1).permutation(int(rows.sum()))
    return {name: np.ascontiguousarray(arrays[name][rows][order]) for name in ("boxes", "scores", "classes")}


class Ours:
    def __init__(self, program, path):
        self.process = subprocess.Popen([program, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().split()

    def time(self, confidence, iou, most):
        return float(self.ask("time", 1, confidence, iou, most)[0])


def torchvision_rows(boxes, scores, classes, confidence, iou, most):
    """YOLOv5 7.0's steps from candidates on: keep the confident, sort, shift by class, suppress, cut."""
    table = torch.cat((boxes, scores[:, None], classes[:, None]), 1)
    table = table[table[:, 4] > confidence]
    table = table[table[:, 4].argsort(descending=True, stable=True)[:30000]]
    shift = table[:, 5:6] * CLASS_SHIFT
    kept = torchvision.ops.nms(table[:, :4] + shift, table[:, 4], iou)
    return table[kept[:most]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    shared = pathlib.Path(os.environ.get("INTERSECT_SHARED", ROOT.parent / "shared"))
    parser.add_argument("--pictures", type=pathlib.Path, default=shared / "data/citycam-mini/test")
    parser.add_argument("--weights", type=pathlib.Path, default=shared / "weights/yolov5n.pt")
    parser.add_argument("--rounds", type=int, default=25)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        arrays = worst_picture(arguments, folder)
        path = folder / "worst.safetensors"
        write_safetensors(path, arrays)
        boxes, scores = torch.from_numpy(arrays["boxes"]), torch.from_numpy(arrays["scores"])
        classes = torch.from_numpy(arrays["classes"].astype(np.float32))
        ours = Ours(arguments.build / "tests/bench/bench_nms", path)
        print(f"{len(scores)} candidates of {len(np.unique(arrays['classes']))} classes; torchvision {torchvision.__version__}, "
              f"load {os.getloadavg()[0]:.1f}; medians of {arguments.rounds} rounds in turns")
        print(f"{'':34}{'kept':>6}{'ours ms':>9}{'torchvision ms':>16}{'times faster':>14}")
        same = True
        for threads in (1, 2):
            torch.set_num_threads(threads)
            for confidence, iou, most in ((0.001, 0.6, 300), (0.001, 0.6, 30000), (0.001, 0.45, 1000)):
                theirs = torchvision_rows(boxes, scores, classes, confidence, iou, most).numpy()
                ours.ask("keep", folder / "kept.bin", confidence, iou, most)
                rows = np.fromfile(folder / "kept.bin", np.float32).reshape(-1, 6)
                same &= rows.shape == theirs.shape and bool((rows == theirs).all())
                times = ([], [])
                for _ in range(arguments.rounds):
                    times[0].append(ours.time(confidence, iou, most))
                    begin = time.perf_counter()
                    torchvision_rows(boxes, scores, classes, confidence, iou, most)
                    times[1].append(time.perf_counter() - begin)
                mine, other = map(statistics.median, times)
                print(f"{f'iou {iou}, max_det {most}, {threads} thread(s)':34}{len(rows):6}{mine * 1e3:9.3f}{other * 1e3:16.3f}{other / mine:14.1f}")
        print("the same boxes in the same order" if same else "THE BOXES DIFFER")
        return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
