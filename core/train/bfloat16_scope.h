// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/autocast_mode.h>

// Internal to core/train: it parses torch headers.
namespace intersect::train {

/// bf16 for the operations that gain by it, while it lives and is `on`; weights, batch statistics and the loss stay float32. Of this thread.
class Bfloat16Scope {
public:
    explicit Bfloat16Scope(bool on) : m_on(on) {
        if (!m_on)
            return;
        at::autocast::set_autocast_dtype(at::kCPU, at::kBFloat16);
        at::autocast::set_autocast_enabled(at::kCPU, true);
    }
    Bfloat16Scope(const Bfloat16Scope&) = delete;
    Bfloat16Scope& operator=(const Bfloat16Scope&) = delete;
    ~Bfloat16Scope() {
        if (!m_on)
            return;
        at::autocast::clear_cache();
        at::autocast::set_autocast_enabled(at::kCPU, false);
    }

private:
    bool m_on;
};

} // namespace intersect::train
