#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds every #include and every link line against the table of what each folder may know.

    check_layering.py SOURCE_FOLDER [BUILD_FOLDER]

Prints `file:line: what is wrong` for each fault and ends with 1, or one line and 0. With a build folder the link lines that CMake
wrote for the programs are read too. Also: the licence line in every file, no path of one machine, and the top level as it should be.
"""
import os
import re
import subprocess
import sys

# What a folder may include and link: folders of core, and libraries of others. Base's own libraries (expected, fmt, spdlog, json) are
# part of base's interface, so whoever has base has them; the same goes for OpenCV and image.
BASE_LIBRARIES = {"expected", "fmt", "spdlog", "json", "threads"}
TABLE = {
    "base": (set(), set()),
    "weights": ({"base"}, {"libzip"}),
    "model": ({"base", "weights"}, {"yaml"}),
    "image": ({"base"}, {"opencv"}),
    "data": ({"base", "image"}, {"opencv", "yaml", "simdjson", "pugixml"}),
    "select": ({"base", "data", "image"}, set()),
    "loss": ({"base"}, set()),
    "detect": ({"base", "weights"}, {"simdjson"}),
    "eval": ({"base", "detect", "data"}, set()),
    "runs": ({"base", "data", "select", "detect", "eval", "loss"}, {"yaml"}),
    "nn": ({"base", "weights", "model", "image", "detect"}, {"torch", "opencv", "protobuf", "onnx"}),
    "train": ({"base", "weights", "model", "image", "data", "loss", "detect", "eval", "runs", "nn"}, {"torch", "opencv"}),
}
WITHOUT_TORCH = set(TABLE) - {"nn", "train"}

# (start of an angle-bracket include, library)
HEADERS = [
    ("torch/", "torch"), ("ATen/", "torch"), ("c10/", "torch"), ("caffe2/", "torch"), ("opencv2/", "opencv"), ("yaml-cpp/", "yaml"),
    ("nlohmann/", "json"), ("simdjson.h", "simdjson"), ("pugixml.hpp", "pugixml"), ("zip.h", "libzip"), ("CLI/", "cli11"), ("fmt/", "fmt"),
    ("spdlog/", "spdlog"), ("tl/expected.hpp", "expected"), ("google/protobuf/", "protobuf"), ("onnx/", "onnx"), ("Qt", "qt"),
]
QT_HEADER = re.compile(r"Q[A-Z]\w*$")
STANDARD_HEADER = re.compile(r"[a-z_0-9]+$")
SYSTEM_HEADERS = {"dirent.h", "errno.h", "fcntl.h", "immintrin.h", "malloc.h", "poll.h", "pthread.h", "sched.h", "signal.h", "unistd.h"}
# (pattern of a linked target or file, library)
TARGETS = [
    (r"intersect_torch$|libtorch|libc10|torch_cpu", "torch"), (r"opencv_|libopencv_", "opencv"), (r"yaml-cpp|libyaml-cpp", "yaml"),
    (r"nlohmann_json::", "json"), (r"simdjson::|libsimdjson", "simdjson"), (r"pugixml::|libpugixml", "pugixml"), (r"libzip", "libzip"),
    (r"CLI11::", "cli11"), (r"fmt::|libfmt", "fmt"), (r"spdlog::|libspdlog", "spdlog"), (r"tl::expected", "expected"),
    (r"Threads::", "threads"), (r"protobuf::|libprotobuf", "protobuf"), (r"onnx::|libonnx", "onnx"), (r"Qt6::|libQt6", "qt"),
]

TOP_LEVEL = {"CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md", "app", "core", "ui", "resources", "tests"}
LICENCE = "SPDX-License-Identifier: GPL-3.0-or-later"
# Endings that carry the licence line, and within how many first lines.
LICENSED = {".cpp": 2, ".h": 2, ".cmake": 2, "CMakeLists.txt": 2, ".sh": 5, ".py": 5, ".qrc": 5, ".xml": 5, ".desktop": 5, ".svg": 5}
MACHINE_PATH = re.compile(r"(?<![\w.$}~-])/(?:work|root|home|tmp|Users)/[\w.]")
TEXT_ENDINGS = {".cpp", ".h", ".cmake", ".txt", ".sh", ".py", ".qrc", ".xml", ".desktop", ".json", ".yaml", ".yml", ".md", ".ts", ".svg"}
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


class Checker:
    def __init__(self, root):
        self.root = root
        self.faults = []
        self.files = self.tracked_files()
        self.includes = {name: self.read_includes(name) for name in self.files if name.endswith((".cpp", ".h"))}

    def fault(self, file, line, text):
        self.faults.append(f"{file}:{line}: {text}")

    def tracked_files(self):
        """What git tracks, new files that it does not ignore included; without git every file but build and hidden folders."""
        try:
            listed = subprocess.run(["git", "-C", self.root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"], capture_output=True, check=True)
            # A tree inside another repository is not its own checkout.
            top = subprocess.run(["git", "-C", self.root, "rev-parse", "--show-toplevel"], capture_output=True, check=True)
            if os.path.realpath(os.fsdecode(top.stdout.strip())) == os.path.realpath(self.root):
                names = [os.fsdecode(name) for name in listed.stdout.split(b"\0") if name]
                return sorted(name for name in names if os.path.isfile(os.path.join(self.root, name)))
        except (OSError, subprocess.CalledProcessError):
            pass
        found = []
        for folder, folders, names in os.walk(self.root):
            folders[:] = [name for name in folders if name not in ("build", ".git", ".cache", "__pycache__")]
            found += [os.path.relpath(os.path.join(folder, name), self.root) for name in names]
        return sorted(found)

    def lines(self, name):
        with open(os.path.join(self.root, name), encoding="utf-8", errors="replace") as file:
            return file.read().split("\n")

    def read_includes(self, name):
        """[(line, quoted name or None, library header or None)]"""
        found = []
        for number, text in enumerate(self.lines(name), 1):
            match = INCLUDE.match(text)
            if match:
                found.append((number, match.group(1), match.group(2)))
        return found

    # Includes

    @staticmethod
    def library_of(header):
        for start, library in HEADERS:
            if header.startswith(start):
                return library
        if QT_HEADER.match(header):
            return "qt"
        if STANDARD_HEADER.match(header) or header in SYSTEM_HEADERS or header.startswith("sys/"):
            return "std"
        return None

    @staticmethod
    def rights_of(name):
        """(who, folders of core, libraries, may include ui, may include app) of a file; None: no rule."""
        parts = name.split("/")
        if parts[0] == "core" and len(parts) > 2:
            if parts[1] not in TABLE:
                return (f"core/{parts[1]}", set(), set(), False, False)
            folders, libraries = TABLE[parts[1]]
            return (f"core/{parts[1]}", folders | {parts[1]}, libraries | BASE_LIBRARIES, False, False)
        if parts[0] == "ui":
            return ("ui", WITHOUT_TORCH, {"qt", "opencv"} | BASE_LIBRARIES, True, False)
        if name == "app/main_intersect.cpp":
            return ("the window's program", WITHOUT_TORCH, {"qt"} | BASE_LIBRARIES, True, False)
        if parts[0] == "app":
            return ("the command line", set(TABLE), {"cli11"} | BASE_LIBRARIES, False, True)
        return None

    def check_includes(self):
        for name, includes in self.includes.items():
            rights = self.rights_of(name)
            if rights is None:
                continue
            who, folders, libraries, may_ui, may_app = rights
            for line, quoted, angled in includes:
                if angled is not None:
                    library = self.library_of(angled)
                    if library is None:
                        self.fault(name, line, f"<{angled}> is of no library in the table of tests/layering")
                    elif library != "std" and library not in libraries:
                        self.fault(name, line, f"{who} may not include {library} (<{angled}>)")
                    continue
                if quoted.endswith(".moc") or quoted.startswith("ui_"):
                    continue
                parts = quoted.split("/")
                if parts[0] == "core" and len(parts) > 2:
                    if parts[1] not in folders:
                        self.fault(name, line, f"{who} may not include core/{parts[1]} ({quoted})")
                elif parts[0] == "ui":
                    if not may_ui:
                        self.fault(name, line, f"{who} may not include ui ({quoted})")
                elif parts[0] == "app":
                    if not may_app:
                        self.fault(name, line, f"{who} may not include app ({quoted})")
                else:
                    self.fault(name, line, f'"{quoted}" does not start at the top of the project')

    def check_reach(self):
        """Nothing in app or ui reaches a torch header, and nothing in ui reaches nn or train, however many headers lie between."""
        reach = {}

        def torch_through(name, seen):
            if name in reach:
                return reach[name]
            if name in seen:
                return None
            seen = seen | {name}
            found = None
            for _, quoted, angled in self.includes.get(name, []):
                if angled is not None and self.library_of(angled) == "torch":
                    found = [name, f"<{angled}>"]
                elif quoted is not None and quoted in self.includes:
                    deeper = torch_through(quoted, seen)
                    if deeper:
                        found = [name] + deeper
                if found:
                    break
            reach[name] = found
            return found

        for name, includes in self.includes.items():
            if not name.startswith(("app/", "ui/")):
                continue
            for line, quoted, _ in includes:
                chain = torch_through(quoted, frozenset()) if quoted in self.includes else None
                if chain:
                    self.fault(name, line, "torch reaches " + name.split("/")[0] + ": " + " -> ".join(chain))

        for name, includes in self.includes.items():
            if name.startswith("ui/") or name == "app/main_intersect.cpp":
                for line, quoted, _ in includes:
                    todo, seen = [quoted], set()
                    while todo:
                        header = todo.pop()
                        if header in seen or header not in self.includes:
                            continue
                        seen.add(header)
                        if header != quoted and header.startswith(("core/nn/", "core/train/")):
                            self.fault(name, line, f"the window reaches {header} through {quoted}")
                        todo += [deeper for _, deeper, _ in self.includes[header] if deeper]

    # Links

    @staticmethod
    def library_of_target(target):
        for pattern, library in TARGETS:
            if re.search(pattern, target):
                return library
        return None

    def commands(self, name):
        """(line, command, arguments with their lines) of a CMake file; comments are left out."""
        text = "\n".join(re.sub(r"#.*", "", line) for line in self.lines(name))
        for match in re.finditer(r"(\w+)\s*\(([^()]*)\)", text):
            first = text.count("\n", 0, match.start()) + 1
            arguments = []
            for word in re.finditer(r'"[^"]*"|[^\s"]+', match.group(2)):
                arguments.append((first + text.count("\n", match.start(), match.start(2) + word.start()), word.group().strip('"')))
            yield first, match.group(1), arguments

    def link_rights(self, target):
        if target == "intersect_ui":
            return ("ui", WITHOUT_TORCH, {"qt", "opencv"} | BASE_LIBRARIES, False)
        if target == "intersect":
            return ("the window's program", WITHOUT_TORCH, {"qt"} | BASE_LIBRARIES, True)
        if target == "intersect-cli":
            return ("the command line", set(TABLE), {"cli11"} | BASE_LIBRARIES, False)
        folder = target.removeprefix("intersect_")
        if folder in TABLE and target != folder:
            folders, libraries = TABLE[folder]
            # base's own libraries are linked by base alone
            return (f"core/{folder}", folders, libraries | (BASE_LIBRARIES if folder == "base" else set()), False)
        return None

    def check_link(self, file, line, target, linked):
        rights = self.link_rights(target)
        if rights is None or linked in ("PUBLIC", "PRIVATE", "INTERFACE", "LINKS", "intersect_options"):
            return
        who, folders, libraries, may_ui = rights
        if linked == "intersect_ui":
            if not may_ui:
                self.fault(file, line, f"{who} may not link the window's library")
            return
        folder = linked.removeprefix("intersect_")
        if linked != folder and folder in TABLE:
            if folder not in folders:
                self.fault(file, line, f"{who} may not link core/{folder} ({linked})")
            return
        library = self.library_of_target(linked)
        if library is None:
            self.fault(file, line, f"{linked} is of no library in the table of tests/layering")
        elif library not in libraries:
            self.fault(file, line, f"{who} may not link {library} ({linked})")

    def check_links(self):
        for name in self.files:
            base = os.path.basename(name)
            if name.startswith("tests/") or not (base == "CMakeLists.txt" or base.endswith(".cmake")):
                continue
            for _, command, arguments in self.commands(name):
                if command not in ("target_link_libraries", "intersect_module") or not arguments:
                    continue
                target = arguments[0][1]
                if command == "intersect_module":
                    target = "intersect_" + target
                for line, linked in arguments[1:]:
                    self.check_link(name, line, target, linked)

    def check_programs(self, build):
        """What CMake wrote in the end: the window's program without torch, the command line without Qt."""
        path = os.path.join(build, "build.ninja")
        if not os.path.isfile(path):
            return
        program = None
        with open(path, encoding="utf-8", errors="replace") as file:
            for number, text in enumerate(file, 1):
                if text.startswith("build "):
                    output = text[len("build "):].split(":")[0].strip()
                    program = output if output in ("bin/intersect", "bin/intersect-cli") and "EXECUTABLE_LINKER" in text else None
                elif program and text.strip().startswith("LINK_LIBRARIES"):
                    for word in text.split("=", 1)[1].split():
                        word = os.path.basename(word)
                        is_torch = re.search(r"libtorch|libc10|libintersect_(nn|train)\.", word)
                        if program == "bin/intersect" and is_torch:
                            self.fault("build.ninja", number, f"{program} links {word}")
                        if program == "bin/intersect-cli" and re.search(r"libQt6|libintersect_ui", word):
                            self.fault("build.ninja", number, f"{program} links {word}")

    # The rest

    def check_files(self):
        for name in self.files:
            ending = next((e for e in LICENSED if name.endswith(e)), None)
            if ending == ".cmake" or ending or os.path.splitext(name)[1] in TEXT_ENDINGS:
                lines = self.lines(name)
            else:
                continue
            if ending and not any(LICENCE in line for line in lines[:LICENSED[ending]]):
                self.fault(name, 1, f"the licence line is missing ({LICENCE})")
            for number, text in enumerate(lines, 1):
                match = MACHINE_PATH.search(text)
                if match:
                    self.fault(name, number, f"a path of one machine: {text[match.start():match.start() + 40].strip()}")

    def check_top_level(self):
        there = {name.split("/")[0] for name in self.files}
        for name in sorted(there - TOP_LEVEL):
            if not name.startswith("."):
                self.fault(name, 1, "does not belong on the top level")
        for name in sorted(TOP_LEVEL - there):
            self.fault(name, 1, "is missing on the top level")

    def run(self, build):
        self.check_includes()
        self.check_reach()
        self.check_links()
        self.check_files()
        self.check_top_level()
        if build:
            self.check_programs(build)
        return self.faults


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    checker = Checker(os.path.abspath(sys.argv[1]))
    faults = checker.run(sys.argv[2] if len(sys.argv) == 3 else None)
    for fault in faults:
        print(fault)
    count = sum(len(found) for found in checker.includes.values())
    print(f"{len(faults)} faults" if faults else f"{count} includes in {len(checker.includes)} files keep to the table")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
