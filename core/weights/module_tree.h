// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/weights/pickle_machine.h"
#include "core/weights/torch_archive.h"

namespace intersect::weights {

/// What a walk through a pickled module, or a table of tensors, finds.
struct ModuleTree {
    std::vector<FoundTensor> tensors; ///< in the order of PyTorch's state_dict()
    std::set<std::string> classes;    ///< of all modules, "package.Class"
    std::string fault;                ///< why the tree cannot be used, as the end of a sentence about the file; empty if it can
};

/// Tensors and classes of a pickled torch module: parameters, buffers that are saved, then sub-modules. Shared and circular modules are
/// bounded.
ModuleTree walkModule(const PickleValue& module);

/// The tensors of a plain state dict, without the `module.` that DataParallel puts before all names.
ModuleTree walkStateDict(const PickleValue& dict);

/// The module inside wrappers for several devices (DataParallel); the module itself if there is none.
const PickleValue& unwrapped(const PickleValue& module);

} // namespace intersect::weights
