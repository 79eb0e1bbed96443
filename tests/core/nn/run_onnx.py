# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs an ONNX file in ONNX Runtime: run_onnx.py MODEL INPUT BATCH HEIGHT WIDTH OUTPUT. INPUT and OUTPUT are raw float32.

The file is held against the ONNX specification first; prints a JSON line of what it says of itself.
"""
import json
import sys

import numpy
import onnx
import onnxruntime

model, source, target = sys.argv[1], sys.argv[2], sys.argv[6]
shape = (int(sys.argv[3]), 3, int(sys.argv[4]), int(sys.argv[5]))
onnx.checker.check_model(onnx.load(model), full_check=True)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
rows = session.run(["output"], {"images": numpy.fromfile(source, dtype=numpy.float32).reshape(shape)})[0]
rows.astype(numpy.float32).tofile(target)
loaded = onnx.load(model)
print(json.dumps({
    "shape": rows.shape, "input": [str(d) for d in session.get_inputs()[0].shape], "output": [str(d) for d in session.get_outputs()[0].shape],
    "opset": loaded.opset_import[0].version, "ir": loaded.ir_version, "producer": [loaded.producer_name, loaded.producer_version],
    "metadata": {p.key: p.value for p in loaded.metadata_props},
    "weights": {t.name: list(t.dims) for t in loaded.graph.initializer}, "operators": sorted({n.op_type for n in loaded.graph.node}),
    "names": len({n.name for n in loaded.graph.node}) == len(loaded.graph.node),
}))
