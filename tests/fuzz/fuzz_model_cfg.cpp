// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>

#include "core/model/graph.h"
#include "core/model/model_cfg.h"

/// A model file of any bytes: read or refused, lowered or refused; what is lowered can be written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace intersect;
    const auto cfg = model::parseModelCfg({reinterpret_cast<const char*>(data), size}, "fuzz.yaml");
    if (!cfg)
        return 0;
    const auto graph = model::makeGraph(*cfg, cfg->classes);
    if (!graph)
        return 0;
    const auto again = model::parseModelCfg(toText(model::toJson(*cfg)), "fuzz.yaml");
    if (!again || again->rows.size() != cfg->rows.size() || graph->modules.size() != cfg->rows.size())
        __builtin_trap();
    return 0;
}
