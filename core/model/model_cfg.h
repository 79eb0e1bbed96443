// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json_text.h"
#include "core/base/result.h"

namespace intersect::model {

/// One row of a model file: `[from, number, module, args]`, as YOLOv5 and YOLOv7 write it.
struct CfgRow {
    std::vector<int> from; ///< negative: counted back from this row
    int number = 1;        ///< repeats at depth multiple 1
    std::string module;    ///< Conv, C3, nn.Upsample …
    Json args;             ///< list
    int line = 0;          ///< in the file, from 1
};

/// A network as people write it down: multiples, anchors and rows.
struct ModelCfg {
    std::string name;      ///< yolov5n; of a file: its stem
    int classes = 80;      ///< `nc`
    double depth = 1, width = 1;
    std::string activation = "nn.SiLU()"; ///< of Conv modules that name none
    /// A level: w0,h0,w1,h1 … in input pixels. One level of zeros where the file tells only how many there are (`anchors: 3`).
    std::vector<std::vector<double>> anchorsPx;
    std::vector<CfgRow> rows; ///< backbone and head
    int backbone = 0;         ///< rows that are backbone
    std::filesystem::path path = {}; ///< where it was read from, for messages; may be empty
};

/// Reads a model file of YOLOv5 or YOLOv7 (YAML; JSON is YAML too). Keys: nc, depth_multiple, width_multiple, anchors, activation, backbone, head.
/// A file of ours may hold `sizes: {name: [depth, width], …}` instead of the multiples: `size` picks one. Bounded in length, nesting and rows;
/// an error names file and line. `path` is for messages and the name. Any thread.
Result<ModelCfg> parseModelCfg(std::string_view text, const std::filesystem::path& path, const std::string& size = {});

/// Reads and parses such a file, at most 1 MB.
Result<ModelCfg> readModelCfg(const std::filesystem::path& path);

/// The description as JSON, which parseModelCfg reads back: what a checkpoint of ours carries as `yaml`.
Json toJson(const ModelCfg& cfg);

/// Names of the networks this program brings along: yolov5n … yolov5x, yolov5n6 … yolov5x6, yolov7-tiny, yolov7.
const std::vector<std::string>& knownModels();

/// The description of one of them; an unknown name is an error that lists the known ones.
Result<ModelCfg> knownModel(const std::string& name);

} // namespace intersect::model
