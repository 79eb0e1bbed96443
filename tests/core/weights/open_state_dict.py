# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens a state dict as Python's torch.load(weights_only=True) does, without torch: open_state_dict.py FILE prints a tensor a line."""
import hashlib
import io
import pickle
import sys
import zipfile

ALLOWED = {("collections", "OrderedDict"), ("torch._utils", "_rebuild_tensor_v2")} | {
    ("torch", kind + "Storage") for kind in ("Float", "Half", "BFloat16", "Double", "Long", "Int", "Short", "Char", "Byte", "Bool")}


class Restricted(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} would be refused")
        return dict if name == "OrderedDict" else (lambda *arguments: arguments) if name.startswith("_rebuild") else name

    def persistent_load(self, key):
        return key


archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
root = next(name for name in archive.namelist() if name.endswith("/data.pkl"))[: -len("data.pkl")]
assert archive.read(root + "byteorder") == b"little" and archive.read(root + "version") == b"3\n"
for name, (storage, offset, shape, strides, gradient, hooks) in Restricted(io.BytesIO(archive.read(root + "data.pkl"))).load().items():
    kind, key, device, count = storage[1:]
    assert storage[0] == "storage" and device == "cpu" and offset == 0 and gradient is False and hooks == {}
    data = archive.read(f"{root}data/{key}")
    print(name, kind, "x".join(map(str, shape)) or "-", "x".join(map(str, strides)) or "-", count, hashlib.md5(data).hexdigest())
