#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training beside YOLOv5's own, in turns on the same frames: images a second, memory, idle time.

    cmake --build build/release -j2 --target intersect-cli
    python3 tests/bench/train_vs_yolov5.py [--build build/release] [--rounds 2] [--epochs 3] [--only yolov5 bf16 …]

Makes a Python environment with torch and the packages YOLOv5 wants below the build folder (once, from the package index, 3 GB; needs
python3-venv), and unpacks the wheel of yolov5 7.0.14 beside it. YOLOv5n from yolov5n.pt, 640 px, batch 16, hyp.scratch-low with mosaic, all
classes kept, the 160 training frames of reference/yolov5-citycam-mini; YOLOv5 with two loader workers, as it comes otherwise.
images/s: training epochs only, without validation; YOLOv5's first epoch, which also warms up, is left out where there are more, ours counts.
memory: the largest resident size of the training process; of YOLOv5's loader workers only the largest, told apart.
idle: share of the samples (every 200 ms while epochs run) in which no thread of ours was running or waiting for a core.
Ratios only, and best on an idle machine.
"""
import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import venv

ROOT = pathlib.Path(__file__).resolve().parents[2]
TORCH = "2.15.0"
PACKAGES = [f"torch=={TORCH}", "torchvision", "numpy", "opencv-python-headless", "pandas", "requests", "tqdm", "matplotlib", "seaborn", "PyYAML", "scipy", "psutil",
            "pillow", "ipython", "gitpython", "py-cpuinfo", "setuptools<81"]
# What the package imports at its top and never uses in a training without such services.
ABSENT = ["roboflow", "roboflow.core", "roboflow.core.dataset", "roboflow.core.version", "roboflow.core.project", "roboflow.core.workspace", "huggingface_hub",
          "huggingface_hub.utils", "huggingface_hub.utils._errors", "huggingface_hub.utils._validators", "fire", "sahi", "boto3", "ultralytics", "thop"]


def environment(folder):
    """The Python of an environment with torch, and the folder with YOLOv5's sources in it."""
    python, sources = folder / "bin/python", folder / "yolov5-7.0.14"
    if not (folder / "complete").exists():
        venv.create(folder, with_pip=True, clear=True)
        pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", *PACKAGES], check=True)
        subprocess.run([*pip, "download", "--no-deps", "--dest", folder / "wheel", "yolov5==7.0.14"], check=True)
        subprocess.run([python, "-m", "zipfile", "-e", next((folder / "wheel").glob("*.whl")), sources], check=True)
        (folder / "complete").touch()
    return python, sources


def yolov5_child(sources, data, weights, epochs, out, rect):
    """Runs YOLOv5's train.py and prints one JSON line an epoch and one at the end."""
    import importlib.util
    from unittest import mock

    sys.path.insert(0, sources)
    for name in ABSENT:
        if name.split(".")[0] in sys.modules or importlib.util.find_spec(name.split(".")[0]) is None:
            sys.modules[name] = mock.MagicMock()
    import numpy
    import torch

    if not hasattr(numpy, "trapz"):  # renamed in numpy 2
        numpy.trapz = numpy.trapezoid
    load = torch.load
    torch.load = lambda *args, **options: load(*args, **{**options, "weights_only": False})
    import yolov5.utils.downloads
    import yolov5.utils.general as general

    # Nothing is fetched: fonts, newer versions, weights.
    general.check_font = general.check_git_status = general.check_requirements = lambda *args, **options: None
    yolov5.utils.downloads.attempt_download_from_hub = lambda *args, **options: None
    from yolov5 import train
    from yolov5.utils.callbacks import Callbacks

    frames = len(pathlib.Path(data).with_name("train.txt").read_text().split())
    callbacks, begun = Callbacks(), []
    callbacks.register_action("on_train_epoch_start", callback=lambda *args: begun.append(time.time()))
    callbacks.register_action("on_train_epoch_end", callback=lambda *args, **options: print(json.dumps({"images_per_s": frames / (time.time() - begun[-1])}), flush=True))
    options = train.parse_opt(True)
    for name, value in dict(weights=weights, data=data, epochs=epochs, batch_size=16, imgsz=640, noplots=True, workers=2, project=out, name="yolov5", exist_ok=True,
                            device="cpu", noautoanchor=True, rect=rect).items():
        setattr(options, name, value)
    train.main(options, callbacks)
    peak = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps({"memory_mb": peak[0], "worker_mb": peak[1]}), flush=True)


def train_yolov5(python, sources, data, weights, epochs, out, rect=False):
    done = subprocess.run([python, __file__, "--yolov5-child", sources, data, weights, str(epochs), out, "rect" if rect else "square"], capture_output=True, text=True)
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or "memory_mb" not in (told[-1] if told else {}):
        sys.exit(f"YOLOv5 ended with {done.returncode}:\n{done.stderr[-2000:]}")
    rates = [line["images_per_s"] for line in told[:-1]]
    return {"images_per_s": statistics.median(rates[1:] or rates), "memory_mb": told[-1]["memory_mb"], "worker_mb": told[-1]["worker_mb"]}


def is_working(process):
    """Whether a thread of the process runs or waits for a core."""
    for task in pathlib.Path(f"/proc/{process}/task").iterdir():
        try:
            if (task / "stat").read_text().rpartition(")")[2].split()[0] in "RD":
                return True
        except OSError:
            pass
    return False


def train_ours(program, data, weights, epochs, out, *options):
    run = pathlib.Path(out) / "ours"
    process = subprocess.Popen([program, "train", data, "--weights", weights, "--run", run, "--epochs", str(epochs), "--batch", "16", "--img-size", "640", "--force",
                                "--json", "--quiet", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
    idle, samples, training = 0, 0, False
    events = run / "events.jsonl"
    while process.poll() is None:
        time.sleep(0.2)  # seldom: on two cores the looking itself slows what is looked at
        training = training or (events.exists() and '"progress"' in events.read_text())
        if training:
            samples += 1
            try:
                idle += not is_working(process.pid)
            except OSError:
                pass
    out_text, err = process.communicate()
    if process.returncode != 0:
        sys.exit(f"intersect-cli ended with {process.returncode}:\n{err[-2000:]}")
    document = json.loads(out_text)
    return {"images_per_s": document["images_per_s"], "memory_mb": document["peak_memory_mb"], "idle": idle / max(samples, 1)}


def lists(reference, base, out):
    """data.yaml over the reference's lists."""
    for pool in ("train", "val", "test"):
        frames = (reference / f"{pool}.txt").read_text().split()
        (out / f"{pool}.txt").write_text("".join(f"{base / frame}\n" for frame in frames))
    names = (base.parent / "coco128/coco.names").read_text().splitlines()
    path = out / "data.yaml"
    path.write_text("".join(f"{pool}: {out / pool}.txt\n" for pool in ("train", "val", "test")) + f"nc: {len(names)}\nnames: {json.dumps(names)}\n")
    return path


def wide_frames(python, data, out):
    """The same frames stretched to 640x360: 16:9, for rectangular batches."""
    script = ("import cv2, pathlib, shutil, sys\n"
              "out = pathlib.Path(sys.argv[2])\n"
              "for pool in ('train', 'val', 'test'):\n"
              "    paths = []\n"
              "    for i, line in enumerate(pathlib.Path(sys.argv[1]).with_name(pool + '.txt').read_text().split()):\n"
              "        path = out / 'frames' / pool / f'{i:04}.jpg'\n"
              "        path.parent.mkdir(parents=True, exist_ok=True)\n"
              "        cv2.imwrite(str(path), cv2.resize(cv2.imread(line), (640, 360)))\n"
              "        labels = pathlib.Path(line).with_suffix('.txt')\n"
              "        if labels.exists(): shutil.copy(labels, path.with_suffix('.txt'))\n"
              "        paths.append(str(path))\n"
              "    (out / (pool + '.txt')).write_text('\\n'.join(paths) + '\\n')\n"
              "text = pathlib.Path(sys.argv[1]).read_text().splitlines()\n"
              "(out / 'data.yaml').write_text('\\n'.join([f'{p}: {out / p}.txt' for p in ('train', 'val', 'test')] + text[3:]) + '\\n')\n")
    out.mkdir(parents=True)
    subprocess.run([python, "-c", script, data, out], check=True)
    return out / "data.yaml"


def main():
    if sys.argv[1:2] == ["--yolov5-child"]:
        sources, data, weights, epochs, out, shape = sys.argv[2:]
        return yolov5_child(sources, data, weights, int(epochs), out, shape == "rect")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--environment", type=pathlib.Path, help="where the Python environment is or goes (below the build folder)")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    arguments = parser.parse_args()
    shared = pathlib.Path(os.environ.get("INTERSECT_SHARED", ROOT.parent / "shared")).resolve()
    weights, program = shared / "weights/yolov5n.pt", arguments.build / "bin/intersect-cli"
    python, sources = environment((arguments.environment or arguments.build / "tests/bench/yolov5-venv").resolve())
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(scratch)
        data = lists(shared / "reference/yolov5-citycam-mini", shared / "data/citycam-mini", out)
        wide = wide_frames(python, data, out / "wide")
        ours = lambda data, *options: lambda: train_ours(program, data, weights, arguments.epochs, out, *options)
        entries = {
            "yolov5": lambda: train_yolov5(python, sources, data, weights, arguments.epochs, out),
            "fp32": ours(data, "--precision", "fp32"),
            "bf16": ours(data, "--precision", "bf16"),
            "bf16 freeze 10": ours(data, "--precision", "bf16", "--freeze", "10"),
            "bf16 wide": ours(wide, "--precision", "bf16"),
            "bf16 wide rect": ours(wide, "--precision", "bf16", "--rect"),
        }
        chosen = [name for name in entries if not arguments.only or name in arguments.only]
        results = {name: [] for name in chosen}
        for number in range(arguments.rounds):
            for name in chosen:
                results[name].append(entries[name]())
                print(f"round {number + 1}  {name:15}", "  ".join(f"{key} {value:.3g}" for key, value in results[name][-1].items()), flush=True)
    rate = {name: statistics.median(result["images_per_s"] for result in results[name]) for name in chosen}
    for name, base in [("fp32", "yolov5"), ("bf16", "yolov5"), ("bf16 freeze 10", "bf16"), ("bf16 wide rect", "bf16 wide")]:
        if name in rate and base in rate:
            print(f"{name} is {rate[name] / rate[base]:.2f} times as fast as {base}")


if __name__ == "__main__":
    main()
