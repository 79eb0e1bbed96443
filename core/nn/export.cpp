// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/export.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/upsample_bilinear2d.h>
#include <ATen/ops/zeros.h>
#include <opencv2/core/utility.hpp>
#include <opencv2/dnn.hpp>

#include "core/base/files.h"
#include "core/base/json_text.h"
#include "core/base/numbers.h"
#include "core/base/random.h"
#include "core/base/staged_folder.h"
#include "core/base/threads.h"
#include "core/nn/network.h"
#include "core/nn/onnx_file.h"
#include "core/nn/torchscript_file.h"
#include "core/weights/checkpoint.h"
#include "core/weights/safetensors.h"
#include "core/weights/torch_writer.h"

namespace intersect::nn {
namespace {

namespace fs = std::filesystem;

/// Pictures to compare networks on: noise with the spectrum of a photograph, coarse and strong to fine and weak, the same on every machine. [b,3,h,w] 0..1.
at::Tensor noisePictures(int batch, Size size) {
    RandomStream random{0x1e57};
    at::Tensor sum = at::zeros({batch, 3, size.height, size.width});
    double weight = 0.5;
    for (const int cell : {64, 16, 4, 1}) {
        at::Tensor coarse = at::empty({batch, 3, size.height / cell + 1, size.width / cell + 1});
        for (float *value = coarse.data_ptr<float>(), *end = value + coarse.numel(); value != end; ++value)
            *value = static_cast<float>(random.uniform());
        sum += at::upsample_bilinear2d(coarse, {size.height, size.width}, true) * weight;
        weight /= 2;
    }
    return sum.clamp(0, 1);
}

at::Tensor rowsOf(Network& network, const at::Tensor& images) {
    const at::NoGradGuard noGrad;
    return network.decode(network.forward(images));
}

/// The rows that OpenCV computes from an ONNX file: of `path`, or of `bytes` where there are some.
Result<at::Tensor> onnxRows(const fs::path& path, const std::string& bytes, const at::Tensor& images) {
    try {
        const at::Tensor dense = images.contiguous(); // OpenCV keeps looking at it
        cv::dnn::Net net = bytes.empty() ? cv::dnn::readNetFromONNX(path.string()) : cv::dnn::readNetFromONNX(bytes.data(), bytes.size());
        net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
        net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
        const std::vector<int> shape(dense.sizes().begin(), dense.sizes().end());
        net.setInput(cv::Mat(shape, CV_32F, dense.data_ptr<float>()));
        const cv::Mat rows = net.forward();
        std::vector<std::int64_t> sizes(static_cast<std::size_t>(rows.dims));
        std::copy_n(rows.size.p, rows.dims, sizes.begin());
        return at::from_blob(rows.data, sizes, at::kFloat).clone();
    } catch (const std::exception& error) {
        const std::string text = error.what();
        return fail(ErrorCode::Failed, "What was written as ONNX cannot be run by OpenCV and was not kept: " + text.substr(0, text.find('\n')), path);
    }
}

/// Fails where the shapes differ or a value is no number.
Result<OutputDifference> differenceOf(const fs::path& path, const at::Tensor& wanted, const at::Tensor& got) {
    if (wanted.sizes() != got.sizes())
        return fail(ErrorCode::Failed, path.string() + " gives rows of another shape than the network; it was not kept.", path);
    const at::Tensor gap = (wanted - got).abs();
    OutputDifference difference{gap.narrow(2, 0, 4).max().item<double>(), gap.narrow(2, 4, gap.size(2) - 4).max().item<double>()};
    if (!std::isfinite(difference.boxPx) || !std::isfinite(difference.score))
        return fail(ErrorCode::BadInput, "The network gives values that are no numbers, so nothing made of it can be compared.", path, 0,
                    "Choose weights of a training that went well.");
    return difference;
}

Result<void> withinTolerance(const fs::path& path, const OutputDifference& d) {
    if (d.boxPx <= kExportTolerance.boxPx && d.score <= kExportTolerance.score)
        return {};
    return fail(ErrorCode::Failed,
                path.string() + " gives other results than the network: boxes differ by up to " + formatShortest(d.boxPx) + " px, scores by up to " +
                    formatShortest(d.score) + "; it was not kept.",
                path, 0, "Export in another format, and report this.");
}

/// fp16 if every floating-point tensor of the checkpoint is.
weights::DType precisionOf(const weights::ArrayFile& file) {
    const bool half = std::all_of(file.arrays.begin(), file.arrays.end(),
                                  [](const auto& array) { return !weights::isFloating(array.type) || array.type == weights::DType::F16; });
    return half ? weights::DType::F16 : weights::DType::F32;
}

Result<void> goTogether(const ExportOptions& o) {
    const bool onnx = o.format == ExportFormat::Onnx, runs = onnx || o.format == ExportFormat::TorchScript;
    const std::string name = nameOf(o.format);
    const auto refuse = [](const std::string& message, const std::string& advice) { return fail(ErrorCode::Usage, message, {}, 0, advice); };
    if (o.dynamicBatch && !onnx)
        return refuse("--dynamic is for ONNX; " + name + " takes any number of pictures as it is.", "Leave --dynamic out.");
    if (o.batch != 1 && !onnx)
        return refuse("--batch is for ONNX; " + name + " takes any number of pictures as it is.", "Leave --batch out.");
    if (o.dynamicBatch && o.batch != 1)
        return refuse("--dynamic and --batch exclude each other.", "Give one of them.");
    if (o.precision != "auto" && o.precision != "fp16" && o.precision != "fp32")
        return refuse("The precision " + o.precision + " is unknown.", "auto, fp16 and fp32 are known.");
    if (o.precision == "fp16" && runs)
        return refuse(name + " is written in fp32.", "Leave --precision out.");
    if (o.batch < 1 || o.batch > 1024)
        return refuse("A batch holds 1 to 1024 pictures, not " + std::to_string(o.batch) + ".", "");
    return {};
}

Result<void> fits(const Network& network, Size input) {
    const int stride = network.graph().largestStride();
    for (const int side : {input.height, input.width})
        if (side < stride || side > 8192 || side % stride != 0)
            return fail(ErrorCode::Usage, network.name() + " takes pictures whose sides are multiples of " + std::to_string(stride) + " up to 8192 px, not " +
                            std::to_string(side) + ".",
                        {}, 0,
                        "Choose another --img-size, for example " + std::to_string(std::clamp((side + stride - 1) / stride * stride, stride, 8192)) + ".");
    return {};
}

/// One export on its way: what is written into `staged` is compared there.
struct Export {
    const ExportOptions& options;
    const weights::ArrayFile& source;
    Network& network;
    const fs::path& out;
    fs::path staged;
    ExportReport& report;

    Result<OutputDifference> onnx() {
        const Network folded = network.folded();
        std::map<std::string, std::string> metadata = {{"network", network.name()}, {"imgsz", toText(Json{options.input.height, options.input.width})}};
        const weights::ArrayFile described = network.toArrays(weights::DType::F32, {});
        for (const char* key : {"anchors", "strides"})
            metadata[key] = described.metadata.at(key);
        const int batch = options.dynamicBatch ? 2 : options.batch;
        const auto bytes = onnxBytes(folded, {options.dynamicBatch ? 0 : batch, options.input}, options.version, metadata);
        if (!bytes)
            return failAs(bytes);
        if (const auto written = writeFileAtomically(staged, *bytes); !written)
            return failAs(written);
        std::string fixed;
        if (options.dynamicBatch) {
            auto same = onnxBytes(folded, {batch, options.input}, options.version);
            if (!same)
                return failAs(same);
            fixed = std::move(*same);
        }
        report.checkedWith = "OpenCV " + cv::getVersionString() + (options.dynamicBatch ? " at a batch of 2, since it runs no dynamic batch" : "");
        const at::Tensor images = noisePictures(batch, options.input);
        const auto rows = onnxRows(staged, fixed, images);
        return rows ? differenceOf(out, rowsOf(network, images), *rows) : failAs(rows);
    }

    Result<OutputDifference> torchScript() {
        const auto bytes = torchScriptBytes(network.folded(), 1, options.input);
        if (!bytes)
            return failAs(bytes);
        if (const auto written = writeFileAtomically(staged, *bytes); !written)
            return failAs(written);
        report.checkedWith = "LibTorch";
        const at::Tensor images = noisePictures(1, options.input);
        const auto rows = runTorchScript(staged, images);
        return rows ? differenceOf(out, rowsOf(network, images), *rows) : failAs(rows);
    }

    /// safetensors and pt.
    Result<OutputDifference> arrays() {
        const weights::DType had = precisionOf(source);
        const weights::DType type = options.precision == "auto" ? had : options.precision == "fp16" ? weights::DType::F16 : weights::DType::F32;
        report.precision = weights::nameOf(type);
        std::map<std::string, std::string> metadata;
        if (const auto epoch = source.metadata.find("epoch"); epoch != source.metadata.end())
            metadata.insert(*epoch);
        const weights::ArrayFile file = network.toArrays(type, std::move(metadata));
        const bool pt = options.format == ExportFormat::Pt;
        if (const auto written = pt ? weights::writeTorch(staged, file) : weights::writeSafetensors(staged, file); !written)
            return failAs(written);
        report.checkedWith = "this program's reader";
        const auto again = weights::readWeights(staged);
        if (!again)
            return failAs(again);
        auto reloaded = Network::fromArrays(*again);
        if (!reloaded)
            return failAs(reloaded);
        const at::Tensor images = noisePictures(1, options.input);
        const at::Tensor rows = rowsOf(*reloaded, images);
        if (type == weights::DType::F16 && had != type) { // what narrowing does is told, what writing does is held to the limit
            auto narrowed = Network::fromArrays(file);
            if (!narrowed)
                return failAs(narrowed);
            const auto kept = differenceOf(out, rowsOf(*narrowed, images), rows);
            if (!kept)
                return kept;
            if (const auto within = withinTolerance(out, *kept); !within)
                return failAs(within);
            mayDiffer = true;
        }
        return differenceOf(out, rowsOf(network, images), rows);
    }

    bool mayDiffer = false;
};

} // namespace

const char* nameOf(ExportFormat format) {
    switch (format) {
    case ExportFormat::Safetensors: return "safetensors";
    case ExportFormat::Pt: return "pt";
    case ExportFormat::TorchScript: return "torchscript";
    case ExportFormat::Onnx: return "onnx";
    }
    return "";
}

Result<ExportReport> exportWeights(const fs::path& weights, const fs::path& out, const ExportOptions& options,
                                   const std::function<void(const std::string&)>& say, const StopCheck& stop) {
    const auto tell = [&](const std::string& step) {
        if (say)
            say(step);
    };
    if (const auto may = goTogether(options); !may)
        return failAs(may);
    const auto source = weights::readWeights(weights);
    if (!source)
        return failAs(source);
    auto network = Network::fromArrays(*source);
    if (!network)
        return failAs(network);
    if (const auto may = fits(*network, options.input); !may)
        return failAs(may);
    try {
        at::set_num_threads(availableCores());
        ExportReport report;
        report.network = network->name();
        report.classes = network->classNames();
        tell("Read " + report.network + " with " + std::to_string(report.classes.size()) + " classes from " + weights.string());
        auto folder = StagedFolder::in(absolutePath(out).parent_path());
        if (!folder)
            return failAs(folder);
        Export work{options, *source, *network, out, folder->path() / out.filename(), report};
        tell(std::string("Writing ") + nameOf(options.format) + " and comparing what it gives with the network");
        const auto difference = options.format == ExportFormat::Onnx ? work.onnx()
                                : options.format == ExportFormat::TorchScript ? work.torchScript() : work.arrays();
        if (!difference)
            return failAs(difference);
        if (!work.mayDiffer)
            if (const auto within = withinTolerance(out, *difference); !within)
                return failAs(within);
        if (stop && stop())
            return fail(ErrorCode::Interrupted, "The export was stopped; nothing was written.");
        report.difference = *difference;
        report.bytes = fs::file_size(work.staged);
        if (const auto done = folder->commit(); !done)
            return failAs(done);
        return report;
    } catch (const std::exception& error) { // tensors that do not fit into memory
        const std::string text = error.what();
        return fail(ErrorCode::Failed, weights.string() + " cannot be exported: " + text.substr(0, text.find('\n')), weights);
    }
}

} // namespace intersect::nn
