#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images a second against ONNX Runtime's CPU provider, in turns on the same pictures.

    cmake --preset release -DINTERSECT_BENCHMARKS=ON && cmake --build build/release -j2 --target intersect-cli bench_predict
    python3 tests/bench/predict_vs_onnxruntime.py [--build build/release] [--weights ../shared/weights/yolov5n.pt]
                      [--pictures ../shared/data/citycam-mini/test] [--threads 2] [--rounds 9] [--onnx BATCH=FILE …]

Makes a Python environment with onnxruntime below the build folder (once, from the package index; needs python3-venv) and
exports the weights to ONNX, one file a batch size, shapes fixed (or takes --onnx). Both sides get float32 pictures of 640x384
in memory in the layout they like and end before NMS: ONNX Runtime gives all rows decoded, ours all candidates above confidence 0.001. ONNX Runtime computes in fp32 with its default optimisations,
once as it comes (its threads spin while they wait) and once without spinning, which is how ours waits. Ratios only, and best on an idle machine.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import venv

ROOT = pathlib.Path(__file__).resolve().parents[2]
WIDTH, HEIGHT = 640, 384


def in_environment(folder):
    """Starts this script again in an environment that has onnxruntime."""
    python = folder / "bin/python"
    if pathlib.Path(sys.prefix) == folder.resolve():
        return
    if not python.exists() or subprocess.run([python, "-c", "import onnxruntime"], capture_output=True).returncode != 0:
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "onnxruntime", "numpy"], check=True)
    os.execv(python, [str(python), *sys.argv])


class Ours:
    def __init__(self, program, *arguments):
        environment = dict(os.environ, OMP_WAIT_POLICY="passive", GOMP_SPINCOUNT="0")
        self.process = subprocess.Popen(
            [program, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def ask(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit("bench_predict ended early")
        return answer.split()


def session(path, threads, spinning):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "1" if spinning else "0")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    shared = pathlib.Path(os.environ.get("INTERSECT_SHARED", ROOT.parent / "shared"))
    parser.add_argument("--weights", type=pathlib.Path, default=shared / "weights/yolov5n.pt")
    parser.add_argument("--pictures", type=pathlib.Path, default=shared / "data/citycam-mini/test")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 16])
    parser.add_argument("--onnx", nargs="*", default=[], metavar="BATCH=FILE")
    arguments = parser.parse_args()
    in_environment(arguments.build / "tests/bench/onnxruntime-venv")
    import numpy as np
    import onnxruntime

    given = dict(entry.split("=", 1) for entry in arguments.onnx)
    pictures = sorted(path for path in arguments.pictures.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    most = max(arguments.batches)
    pictures = [pictures[i * len(pictures) // most] for i in range(most)]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        ours = Ours(arguments.build / "tests/bench/bench_predict", arguments.weights, arguments.threads, WIDTH, HEIGHT, *pictures)
        ours.ask("pictures", folder / "pictures.f32")
        images = np.fromfile(folder / "pictures.f32", np.float32).reshape(most, 3, HEIGHT, WIDTH)
        print(f"{arguments.weights.name}, {WIDTH}x{HEIGHT}, {arguments.threads} threads, onnxruntime {onnxruntime.__version__}, "
              f"load {os.getloadavg()[0]:.1f}; medians of {arguments.rounds} rounds in turns")
        print(f"{'':30}{'ms an image':>12}{'lowest':>9}{'images/s against ONNX Runtime: spinning':>42}{'not spinning':>14}")
        differences = []
        for batch in arguments.batches:
            path = given.get(str(batch))
            if path is None:
                path = folder / f"{batch}.onnx"
                subprocess.run(
                    [arguments.build / "bin/intersect-cli", "export", arguments.weights, "--format", "onnx", "--img-size", str(HEIGHT),
                     str(WIDTH), "--batch", str(batch), "--out", path, "--quiet"], check=True)
            input_images = images[:batch]
            sessions = {spinning: session(path, arguments.threads, spinning) for spinning in (True, False)}
            name = sessions[True].get_inputs()[0].name

            def theirs(spinning, calls):
                begin = time.perf_counter()
                for _ in range(calls):
                    sessions[spinning].run(None, {name: input_images})
                return (time.perf_counter() - begin) / calls

            def mine(precision, calls):
                return statistics.mean(map(float, ours.ask("time", precision, batch, calls)))

            candidates = {
                "ONNX Runtime fp32, spinning": lambda calls: theirs(True, calls),
                "ONNX Runtime fp32": lambda calls: theirs(False, calls),
                "ours fp32": lambda calls: mine("fp32", calls),
                "ours bf16": lambda calls: mine("bf16", calls),
            }
            times = {label: [] for label in candidates}
            calls = max(1, 8 // batch)
            for turn in range(arguments.rounds + 1):
                for label, run in candidates.items():
                    time.sleep(0.02)  # threads of the one before have stopped spinning
                    mean = run(calls) / batch
                    if turn > 0:  # the first turn warms up
                        times[label].append(mean)
            spinning, sleeping = (statistics.median(times[label]) for label in list(candidates)[:2])
            for label in candidates:
                median = statistics.median(times[label])
                print(f"{f'batch {batch}, {label}':40}{median * 1e3:8.2f}{min(times[label]) * 1e3:9.2f}"
                      f"{spinning / median:36.2f}{sleeping / median:14.2f}")
            reference = sessions[True].run(None, {name: input_images})[0]
            for precision in ("fp32", "bf16"):
                ours.ask("rows", folder / "rows.f32", precision, batch)
                rows = np.fromfile(folder / "rows.f32", np.float32).reshape(reference.shape)
                off = np.abs(rows - reference)
                differences.append(f"batch {batch}, {precision}: boxes {off[..., :4].max():.4f} px, scores {off[..., 4:].max():.6f}")
        print("largest difference to ONNX Runtime over all rows: " + "; ".join(differences))


if __name__ == "__main__":
    main()
