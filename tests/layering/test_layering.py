#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves that check_layering.py sees what it must: in a small house that keeps to the table, each single fault is found, with file and line."""
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
SPDX = "// SPDX-License-Identifier: GPL-3.0-or-later\n"
HASH = "# SPDX-License-Identifier: GPL-3.0-or-later\n"

HOUSE = {
    "CMakeLists.txt": HASH + "add_subdirectory(core)\n",
    "CMakePresets.json": "{}\n",
    "LICENSE": "GPL\n",
    "README.md": "# A house\n",
    "resources/resources.qrc": "<!-- SPDX-License-Identifier: GPL-3.0-or-later -->\n<RCC/>\n",
    "tests/run.sh": "#!/usr/bin/env bash\n" + HASH,
    "core/CMakeLists.txt": HASH + "intersect_module(base LINKS fmt::fmt)\nintersect_module(select LINKS intersect_base intersect_data)\n"
                                  "intersect_module(nn LINKS intersect_base intersect_torch)\n",
    "ui/CMakeLists.txt": HASH + "add_library(intersect_ui STATIC a.cpp)\ntarget_link_libraries(intersect_ui PUBLIC\n  intersect_base\n  Qt6::Widgets)\n",
    "app/CMakeLists.txt": HASH + "target_link_libraries(intersect PRIVATE intersect_ui)\n"
                                 "target_link_libraries(intersect-cli PRIVATE intersect_base intersect_nn CLI11::CLI11)\n",
    "core/base/text.h": SPDX + "#pragma once\n#include <string>\n#include <fmt/format.h>\n",
    "core/select/choose.cpp": SPDX + '#include <vector>\n#include "core/base/text.h"\n#include "core/data/frames.h"\n',
    "core/data/frames.h": SPDX + "#pragma once\n#include <opencv2/core.hpp>\n",
    "core/nn/detector.h": SPDX + '#pragma once\n#include "core/base/text.h"\n',
    "core/nn/layers.h": SPDX + "#pragma once\n#include <ATen/core/Tensor.h>\n",
    "core/nn/detector.cpp": SPDX + '#include "core/nn/detector.h"\n#include "core/nn/layers.h"\n#include <torch/nn.h>\n',
    "ui/window.cpp": SPDX + '#include <QWidget>\n#include "core/select/choose.h"\n#include "window.moc"\n',
    "core/select/choose.h": SPDX + "#pragma once\n",
    "app/main_cli.cpp": SPDX + '#include <CLI/CLI.hpp>\n#include "core/nn/detector.h"\n',
    "app/main_intersect.cpp": SPDX + '#include <QApplication>\n#include "ui/window.h"\n',
    "ui/window.h": SPDX + "#pragma once\n",
}

# what it is, file, its whole new text (None: the file goes), file:line and words that must be said
HOLES = [
    ("Qt in core", "core/base/text.h", SPDX + "#pragma once\n#include <QString>\n", "core/base/text.h:3:", "qt"),
    ("torch in a module without it", "core/select/choose.cpp", SPDX + "#include <torch/torch.h>\n", "core/select/choose.cpp:2:", "torch"),
    ("a module further up", "core/select/choose.cpp", SPDX + '\n#include "core/nn/detector.h"\n', "core/select/choose.cpp:3:", "core/nn"),
    ("OpenCV where the table has none", "core/base/text.cpp", SPDX + "#include <opencv2/core.hpp>\n", "core/base/text.cpp:2:", "opencv"),
    ("a library nobody named", "core/base/text.cpp", SPDX + "#include <boost/any.hpp>\n", "core/base/text.cpp:2:", "boost"),
    ("nn in the window", "ui/window.cpp", SPDX + '#include "core/nn/detector.h"\n', "ui/window.cpp:2:", "core/nn"),
    ("torch in the window", "ui/window.cpp", SPDX + "#include <ATen/ATen.h>\n", "ui/window.cpp:2:", "torch"),
    ("nn in the window, by way of another header", "core/select/choose.h", SPDX + '#pragma once\n#include "core/nn/detector.h"\n', "ui/window.cpp:3:",
     "core/nn/detector.h through"),
    ("the window in core", "core/base/text.cpp", SPDX + '#include "ui/window.h"\n', "core/base/text.cpp:2:", "ui"),
    ("Qt on the command line", "app/main_cli.cpp", SPDX + "#include <QtCore>\n", "app/main_cli.cpp:2:", "qt"),
    ("torch in a public header of nn", "core/nn/detector.h", SPDX + "#pragma once\n#include <torch/types.h>\n", "app/main_cli.cpp:3:",
     "core/nn/detector.h -> <torch/types.h>"),
    ("torch two headers away", "core/nn/detector.h", SPDX + '#pragma once\n#include "core/nn/layers.h"\n', "app/main_cli.cpp:3:",
     "core/nn/layers.h -> <ATen/core/Tensor.h>"),
    ("an include from nowhere", "core/base/text.cpp", SPDX + '#include "text.h"\n', "core/base/text.cpp:2:", "top of the project"),
    ("a folder of core outside the table", "core/magic/wand.cpp", SPDX + '#include "core/base/text.h"\n', "core/magic/wand.cpp:2:", "core/magic"),
    ("torch linked by select", "core/CMakeLists.txt", HASH + "intersect_module(base)\nintersect_module(select LINKS intersect_base\n  intersect_torch)\n",
     "core/CMakeLists.txt:4:", "torch"),
    ("nn linked by the window", "ui/CMakeLists.txt", HASH + "target_link_libraries(intersect_ui PUBLIC\n  intersect_base\n  intersect_nn)\n",
     "ui/CMakeLists.txt:4:", "core/nn"),
    ("Qt linked by the command line", "app/CMakeLists.txt", HASH + "target_link_libraries(intersect-cli PRIVATE Qt6::Core)\n", "app/CMakeLists.txt:2:", "qt"),
    ("the window linked by the command line", "app/CMakeLists.txt", HASH + "target_link_libraries(intersect-cli PRIVATE intersect_ui)\n",
     "app/CMakeLists.txt:2:", "window"),
    ("a library nobody named, linked", "core/CMakeLists.txt", HASH + "intersect_module(base LINKS Boost::any)\n", "core/CMakeLists.txt:2:", "Boost::any"),
    ("a link added elsewhere", "resources/cmake/more.cmake", HASH + "target_link_libraries(intersect_eval PUBLIC opencv_core)\n",
     "resources/cmake/more.cmake:2:", "opencv"),
    ("no licence line", "core/base/text.cpp", "#include <string>\n", "core/base/text.cpp:1:", "licence"),
    ("no licence line in a script", "tests/run.sh", "#!/usr/bin/env bash\n", "tests/run.sh:1:", "licence"),
    ("a path of one machine", "core/base/text.cpp", SPDX + 'const char* kData = "/' + 'home/anna/data";\n', "core/base/text.cpp:2:", "one machine"),
    ("a stray file on the top level", "notes.txt", "later\n", "notes.txt:1:", "top level"),
    ("no README", "README.md", None, "README.md:1:", "missing"),
]


def check(house, build=None):
    """Exit code and output of the checker on a house written into a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in house.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        command = [sys.executable, os.path.join(HERE, "check_layering.py"), folder]
        if build is not None:
            path = os.path.join(folder, "build")
            os.makedirs(path)
            with open(os.path.join(path, "build.ninja"), "w", encoding="utf-8") as file:
                file.write(build)
            command.append(path)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


def linked(program, libraries):
    return f"build bin/{program}: CXX_EXECUTABLE_LINKER__x_Release a.o\n  FLAGS = -O2\n  LINK_LIBRARIES = {libraries}\n"


class LayeringTest(unittest.TestCase):
    def test_a_house_in_order_is_left_alone(self):
        code, said = check(HOUSE, linked("intersect", "ui/libintersect_ui.a lib/libQt6Core.so") + linked("intersect-cli", "core/libintersect_nn.a lib/libtorch_cpu.so"))
        self.assertEqual((code, "faults" in said), (0, False), said)

    def test_every_hole_is_seen(self):
        for what, file, text, place, words in HOLES:
            with self.subTest(what):
                house = dict(HOUSE)
                if text is None:
                    del house[file]
                else:
                    house[file] = text
                code, said = check(house)
                self.assertEqual(code, 1, said)
                self.assertTrue(any(line.startswith(place) and words in line for line in said.split("\n")), f"wanted {place} … {words}, got:\n{said}")

    def test_what_is_linked_in_the_end_is_seen(self):
        for program, libraries, words in [("intersect", "ui/libintersect_ui.a torch/lib/libtorch_cpu.so", "libtorch_cpu.so"),
                                          ("intersect", "core/libintersect_train.a", "libintersect_train.a"),
                                          ("intersect-cli", "lib/libQt6Widgets.so.6.4.2", "libQt6Widgets")]:
            with self.subTest(libraries):
                code, said = check(HOUSE, linked(program, libraries))
                self.assertEqual(code, 1, said)
                self.assertIn(f"build.ninja:3: bin/{program} links {words}", said)


if __name__ == "__main__":
    unittest.main()
