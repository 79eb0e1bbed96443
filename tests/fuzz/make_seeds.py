#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the first inputs of the fuzzers, tiny checkpoints made of nothing but what is written here: make_seeds.py FOLDER."""
import collections
import io
import json
import pickle
import struct
import sys
import types
import zipfile
from pathlib import Path


def fake(module, name, function=False):
    """A class or function of a module that need not exist; pickles name it, nothing calls it."""
    for name_so_far in (module.partition(".")[0], module):
        sys.modules.setdefault(name_so_far, types.ModuleType(name_so_far))
    made = (lambda *a: None) if function else type(name, (), {})
    made.__module__, made.__name__, made.__qualname__ = module, name, name
    setattr(sys.modules[module], name, made)
    return made


rebuild = fake("torch._utils", "_rebuild_tensor_v2", function=True)
parameter = fake("torch._utils", "_rebuild_parameter", function=True)
STORAGES = {code: fake("torch", name) for code, name in
            (("e", "HalfStorage"), ("f", "FloatStorage"), ("q", "LongStorage"), ("b", "BFloat16Storage"), ("?", "BoolStorage"))}
Model, Conv, Detect = fake("models.yolo", "Model"), fake("models.common", "Conv"), fake("models.yolo", "Detect")


class Storage:
    def __init__(self, key, code, count):
        self.key, self.code, self.count = key, code, count


class Tensor:
    def __init__(self, storage, offset, shape, strides, wrapped=False):
        self.storage, self.offset, self.shape, self.strides, self.wrapped = storage, offset, shape, strides, wrapped

    def __reduce__(self):
        if self.wrapped:
            return parameter, (Tensor(self.storage, self.offset, self.shape, self.strides), True, collections.OrderedDict())
        return rebuild, (self.storage, self.offset, self.shape, self.strides, False, collections.OrderedDict())


def dump(value, protocol=2):
    class Pickler(pickle._Pickler):
        def persistent_id(self, other):
            return ("storage", STORAGES[other.code], other.key, "cpu", other.count) if isinstance(other, Storage) else None
    out = io.BytesIO()
    Pickler(out, protocol).dump(value)
    return out.getvalue()


def archive(program, storages, root="archive", compression=zipfile.ZIP_STORED, more=()):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name, data in [("data.pkl", program), *more, *((f"data/{k}", v) for k, v in storages.items()), ("version", b"3\n")]:
            file.writestr(zipfile.ZipInfo(f"{root}/{name}"), data, compression)
    return out.getvalue()


def safetensors(header, data=b""):
    text = (header if isinstance(header, str) else json.dumps(header)).encode()
    return struct.pack("<Q", len(text)) + text + data


def module(cls, **state):
    made = cls()
    made.__dict__.update(training=False, _parameters=collections.OrderedDict(), _buffers=collections.OrderedDict(),
                         _non_persistent_buffers_set=set(), _modules=collections.OrderedDict(), **state)
    return made


def network(names, code="e"):
    width = 4 if code == "f" else 2
    weight, stride, anchors = Storage("0", code, 8), Storage("1", "f", 3), Storage("2", code, 12)
    conv, detect = module(Conv), module(Detect, nc=2)
    conv._parameters["weight"] = Tensor(weight, 0, (2, 2, 1, 2), (4, 2, 2, 1), wrapped=True)
    detect._buffers["anchors"] = Tensor(anchors, 0, (3, 2, 2), (4, 2, 1))
    detect._buffers["grid"] = Tensor(anchors, 0, (3,), (1,))
    detect._non_persistent_buffers_set.add("grid")
    model = module(Model, names=names, yaml={"nc": 2, "anchors": [[10, 13], [30, 61]], "backbone": [[-1, 1, "Conv", [64, 6, 2, 2]]]},
                   stride=Tensor(stride, 0, (3,), (1,)))
    model._modules["0"], model._modules["1"] = conv, detect
    return model, {"0": bytes(8 * width), "1": struct.pack("<3f", 8, 16, 32), "2": bytes(12 * width)}


def seeds():
    table = collections.OrderedDict()
    shared = Storage("0", "f", 12)
    table["model.0.conv.weight"] = Tensor(shared, 1, (3, 2), (1, 4))
    table["model.0.bn.bias"] = Tensor(shared, 0, (12,), (1,))
    table["model.0.bn.num_batches_tracked"] = Tensor(Storage("1", "q", 1), 0, (), ())
    values = {"0": struct.pack("<12f", *range(12)), "1": struct.pack("<q", 7)}
    yield "pickle", "state_dict", dump(table)
    yield "pickle", "protocol4", dump({"state_dict": table, "epoch": 3}, protocol=4)
    yield "pickle", "plain", dump([None, True, 1, -300, 1 << 40, 1 << 90, 0.5, "text", b"bytes", {1, 2}, (), (1, 2, 3, 4), {"a": [1]}])
    list_names, files = network(["car", "bus"])
    yield "pickle", "module", dump({"model": list_names, "epoch": -1, "best_fitness": None})
    dict_names, dict_files = network({0: "car", 1: "bus"}, "f")
    yield "pickle", "ema", dump({"epoch": 9, "ema": dict_names, "model": None}, protocol=5)
    meta = json.dumps({"__metadata__": {"names": '["car","bus"]', "network": "yolov5n"}}).encode()
    made = {
        "state_dict": archive(dump(table), values),
        "ours": archive(dump(table), values, more=[("byteorder", b"little"), ("extra/intersect.json", meta)]),
        "big_endian": archive(dump(table), values, more=[("byteorder", b"big")]),
        "module": archive(dump({"model": list_names, "epoch": -1}), files, root="best"),
        "deflated": archive(dump({"ema": dict_names}), dict_files, compression=zipfile.ZIP_DEFLATED),
        "torchscript": archive(dump(table), values, more=[("constants.pkl", b"\x80\x02).")]),
        "bfloat16": archive(dump({"w": Tensor(Storage("0", "b", 4), 0, (2, 2), (1, 2)), "m": Tensor(Storage("1", "?", 2), 0, (2,), (1,))}),
                            {"0": bytes(8), "1": b"\x01\x00"}),
    }
    for name, data in made.items():
        yield "archive", name, data
        yield "checkpoint", name, data
    entry = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
    tensors = {
        "one": safetensors({"w": entry}, bytes(8)),
        "types": safetensors({"__metadata__": {"names": '["car"]', "n": 1}, "a": {"dtype": "BF16", "shape": [2, 1], "data_offsets": [0, 4]},
                              "b": {"dtype": "I64", "shape": [], "data_offsets": [4, 12]}, "c": {"dtype": "BOOL", "shape": [0, 3], "data_offsets": [12, 12]},
                              "d": {"dtype": "F16", "shape": [1], "data_offsets": [12, 14], "more": {"x": [None, True, 0.5]}}}, bytes(14)),
        "overlap": safetensors({"a": entry, "b": entry}, bytes(8)),
        "deep": safetensors('{"w":{"x":' + "[" * 40),
    }
    for name, data in tensors.items():
        yield "safetensors", name, data
        yield "checkpoint", name + "_safetensors", data
    for name, text in model_files().items():
        yield "model_cfg", name, text.encode()
    yield "checkpoint", "onnx", b"\x08\x07\x12\x07pytorch\x1a\x041.10:\x20head.cls_preds.0.weighthead.obj_preds.0"
    yield "checkpoint", "legacy", b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."


    for name, text in detection_files().items():
        yield "detections", name, text.encode()
    yield "detections_txt", "rows", b"0 0.5 0.5 0.2 0.4 0.25\n1 1e-2 0.5 0.125 1 0.75\r\n\n"
    yield "detections_txt", "no_confidence", b"0 0.5 0.5 0.2 0.4\n"
    yield "detections_txt", "not_numbers", b"0 nan 0.5 0.2 0.4 inf\n"
    yield "detections_txt", "empty", b""


def detection_files():
    boxes = [{"id": i + 1, "image_id": i % 2 + 1, "category_id": i % 2, "bbox": [4.25 * i, 2, 8, 7.5], "score": 0.9 - 0.1 * i, "area": 60, "iscrowd": int(i == 3)}
             for i in range(4)]
    table = {"info": {"year": 2026, "a": [1, {"b": None}]}, "images": [{"id": i, "file_name": f"{i}.jpg", "width": 64, "height": 48} for i in (1, 2)],
             "annotations": boxes, "categories": [{"id": 0, "name": "car"}, {"id": 1, "name": "bus \"x\""}]}
    return {"table": json.dumps(table), "list": json.dumps(boxes, indent=1), "empty": "[]", "nothing": '{"images":[],"annotations":[],"categories":[]}',
            "backwards": json.dumps(dict(reversed(table.items()))), "nan": json.dumps([dict(boxes[0], score=float("nan"))]), "cut": json.dumps(table)[:-90],
            "wrong": json.dumps([dict(boxes[0], bbox=[1, 2, -3, 4])]), "texts": json.dumps([dict(boxes[0], image_id="1")]),
            "bytes": '\ufeff{"images":[{"id":1,"file_name":"a","file_name_bytes":"%DF%41","width":1,"height":1.5}],"annotations":[]}'}


def model_files():
    head = "nc: {nc}\ndepth_multiple: 0.33\nwidth_multiple: 0.25\nanchors:\n  - [10,13, 16,30]\n  - [30,61, 62,45]\n"
    v5 = head.format(nc=2) + """backbone:
  [[-1, 1, Conv, [64, 6, 2, 2]],  # 0
   [-1, 1, Conv, [128, 3, 2]],
   [-1, 3, C3, [128]],
   [-1, 1, SPPF, [256, 5]]]
head:
  [[-1, 1, nn.Upsample, [None, 2, 'nearest']],
   [[-1, 0], 1, Concat, [1]],
   [-1, 1, C3, [64, False]],
   [[6, 3], 1, Detect, [nc, anchors]]]
"""
    v7 = "activation: nn.LeakyReLU(0.1)\n" + head.format(nc=80) + """backbone:
- [-1, 1, Conv, [32, 3, 2, None, 1]]
- [-1, 1, MP, []]
- [[-1, -2], 1, Concat, [1]]
- [-1, 1, SP, [5]]
- [-1, 1, SPPCSPC, [64]]
head:
- [-1, 1, RepConv, [64, 3, 1]]
- [[4, 5], 1, IDetect, [nc, anchors]]
"""
    sizes = "sizes: {n: [0.33, 0.25], s: [0.33, 0.5]}\n" + v5.replace("depth_multiple: 0.33\nwidth_multiple: 0.25\n", "")
    return {"v5": v5, "v7": v7, "sizes": sizes, "count": v5.split("anchors:")[0] + "anchors: 3\n" + v5[v5.index("backbone"):],
            "json": json.dumps({"nc": 1, "depth_multiple": 1, "width_multiple": 1, "anchors": [[1, 2]],
                                "backbone": [[-1, 1, "Conv", [8, 3, 2]]], "head": [[[0], 1, "Detect", ["nc", "anchors"]]]}),
            "anchor_alias": "nc: &n 2\nbackbone: &b [[-1, 1, Conv, [*n]]]\nhead: *b\n"}


if __name__ == "__main__":
    for target, name, data in seeds():
        folder = Path(sys.argv[1]) / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"seed_{name}").write_bytes(data)
