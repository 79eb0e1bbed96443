// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <span>
#include <vector>

#include "core/nn/fast_forward.h"
#include "core/nn/network.h"

// Internal to core/train: it parses torch headers.
namespace intersect::train {

/// The frozen beginning of a network, made to run only: nothing of it is kept for a way back, batch norms are folded away. On the network's device. One thread at a time.
class FrozenPrefix {
public:
    /// `modules`: Frozen::prefix. With `cached` the pictures are the same in every epoch, so what they give is kept, up to 1 GiB; each is then computed
    /// alone, so that its values do not depend on its neighbours.
    FrozenPrefix(const nn::Network& network, std::vector<bool> modules, bool bfloat16, bool cached);

    /// What these modules give for a batch [b,3,h,w], whose pictures are these samples.
    nn::Network::Ready outputs(const at::Tensor& images, std::span<const std::size_t> samples, int threads);
    /// Pictures of which nothing had to be computed so far.
    std::size_t found() const { return m_found; }

private:
    struct Key {
        std::size_t sample;
        std::array<std::int64_t, 2> size;
        auto operator<=>(const Key&) const = default;
    };
    std::vector<at::Tensor> ofPicture(const at::Tensor& picture, std::size_t sample, int threads);

    std::vector<bool> m_modules;
    std::vector<int> m_read; ///< modules of the prefix that others read
    nn::FastForward m_fast;
    bool m_cached;
    std::map<Key, std::vector<at::Tensor>> m_known;
    std::size_t m_bytes = 0, m_found = 0;
};

} // namespace intersect::train
