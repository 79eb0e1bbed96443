// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/autocast_mode.h>

// Internal to core/train: it parses torch headers.
namespace intersect::train {

/// bf16 for the operations that gain by it, while it lives and is `on`; weights, batch statistics and the loss stay float32. Of this thread and this kind of device.
class Bfloat16Scope {
public:
    Bfloat16Scope(bool on, at::Device device) : m_on(on), m_device(device.type()) {
        if (!m_on)
            return;
        at::autocast::set_autocast_dtype(m_device, at::kBFloat16);
        at::autocast::set_autocast_enabled(m_device, true);
    }
    Bfloat16Scope(const Bfloat16Scope&) = delete;
    Bfloat16Scope& operator=(const Bfloat16Scope&) = delete;
    ~Bfloat16Scope() {
        if (!m_on)
            return;
        at::autocast::clear_cache();
        at::autocast::set_autocast_enabled(m_device, false);
    }

private:
    bool m_on;
    at::DeviceType m_device;
};

} // namespace intersect::train
