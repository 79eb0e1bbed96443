// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/base/geometry.h"
#include "core/base/progress.h"
#include "core/base/result.h"

// Torch-free on purpose: a program that includes this never parses a torch header.
namespace intersect::nn {

enum class ExportFormat {
    Safetensors, ///< this program's own: every tensor under its public name
    Pt,          ///< the same as a state dict for Python's torch.load(weights_only=True)
    TorchScript, ///< ready to run in LibTorch and Python, any batch and size
    Onnx         ///< ready to run anywhere, one size
};

/// "onnx", "safetensors", "pt", "torchscript", as the command line names them.
const char* nameOf(ExportFormat format);

struct ExportOptions {
    ExportFormat format = ExportFormat::Safetensors;
    Size input{640, 640};           ///< multiples of the network's largest stride; of what takes any size: what it is compared on
    int batch = 1;                  ///< ONNX: pictures at a time
    bool dynamicBatch = false;      ///< ONNX: any number of pictures
    std::string precision = "auto"; ///< of safetensors and pt: fp16, fp32, or auto: as the checkpoint has it
    std::string version;            ///< of this program, for the file
};

/// How far apart two networks' outputs on the same pictures are, at most.
struct OutputDifference {
    double boxPx = 0; ///< centre, width, height in input pixels
    double score = 0; ///< objectness and classes
};
/// More than this and an export counts as failed.
constexpr OutputDifference kExportTolerance{0.1, 2e-3};

struct ExportReport {
    std::string network;
    std::vector<std::string> classes;
    std::string precision = "fp32"; ///< of the weights as written; or fp16
    std::uintmax_t bytes = 0;
    OutputDifference difference; ///< between the checkpoint's network and the file, read back
    std::string checkedWith;     ///< "OpenCV 4.6.0"
};

/// Writes the network of a checkpoint in another format and reads it back before `out` gets its name: both run on drawn noise, and the export fails where
/// they differ by more than kExportTolerance. Narrowing to fp16 is the one difference that is only reported. ONNX is read back with OpenCV, which takes no
/// dynamic batch: there the same graph at two pictures is compared. ONNX and TorchScript hold the folded network in float32 and give decoded rows without
/// NMS; safetensors and pt hold what training goes on from. `say` is told each step in a sentence. Errors: what the reader refuses, options that do not go
/// together (Usage), a disk that is full, a difference; none leaves a file. Not for several threads at once; a few seconds.
Result<ExportReport> exportWeights(const std::filesystem::path& weights, const std::filesystem::path& out, const ExportOptions& options,
                                   const std::function<void(const std::string&)>& say = {}, const StopCheck& stop = {});

} // namespace intersect::nn
