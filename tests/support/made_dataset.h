// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "core/data/dataset.h"

namespace intersect::tests {

/// A data set in memory, below /data: pool, camera, frames 10000.jpg, 10001.jpg … without labels.
inline data::Dataset datasetOf(const std::vector<std::tuple<std::string, std::string, int>>& cameras) {
    data::Dataset dataset;
    dataset.root = "/data";
    for (const auto& [pool, name, frames] : cameras) {
        data::Camera camera;
        camera.pool = pool;
        camera.name = name;
        camera.folder = dataset.root / pool / name;
        camera.frameBegin = static_cast<std::uint32_t>(dataset.frames.size());
        camera.frameCount = static_cast<std::uint32_t>(frames);
        for (int i = 0; i < frames; ++i) {
            data::Frame frame;
            frame.path = camera.folder / (std::to_string(10000 + i) + ".jpg");
            frame.camera = static_cast<std::uint32_t>(dataset.cameras.size());
            dataset.frames.push_back(std::move(frame));
        }
        dataset.cameras.push_back(std::move(camera));
    }
    return dataset;
}

/// Gives every frame of the data set the labels of these classes, in order.
inline void label(data::Dataset& dataset, const std::vector<std::vector<int>>& classes) {
    for (std::size_t i = 0; i < classes.size(); ++i) {
        data::Frame& frame = dataset.frames[i];
        frame.labelled = true;
        frame.labelBegin = static_cast<std::uint32_t>(dataset.labels.size());
        frame.labelCount = static_cast<std::uint32_t>(classes[i].size());
        for (const int id : classes[i])
            dataset.labels.push_back({id, {0.5, 0.5, 0.1, 0.1}, 1});
    }
}

} // namespace intersect::tests
