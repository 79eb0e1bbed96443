// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/detector.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <numeric>
#include <optional>

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <c10/core/InferenceMode.h>
#include <opencv2/core/utility.hpp>

#include "core/base/threads.h"
#include "core/image/decode.h"
#include "core/nn/batch_plan.h"
#include "core/nn/candidates.h"
#include "core/nn/network.h"
#include "core/weights/checkpoint.h"

namespace intersect::nn {
namespace {

using detect::Detection;

NetworkInfo describe(const Network& network, const weights::ArrayFile& file) {
    NetworkInfo info;
    info.network = network.name();
    info.classes = network.classNames();
    info.strides = network.strides();
    const at::Tensor anchors = network.anchorsInCells().contiguous();
    const float* value = anchors.data_ptr<float>();
    for (const int stride : info.strides) {
        std::vector<double> level;
        for (int i = 0; i < 6; ++i)
            level.push_back(static_cast<double>(*value++) * stride);
        info.anchors.push_back(std::move(level));
    }
    if (const weights::NamedArray* first = file.find("model.0.conv.weight"))
        info.precision = weights::nameOf(first->type);
    for (int i = 0; i < network.moduleCount(); ++i)
        info.layers.push_back({"model." + std::to_string(i), network.moduleType(i), 0});
    for (const auto& [name, tensor] : network.parameters()) {
        const auto index = static_cast<std::size_t>(std::stoi(name.substr(6))); // "model.<i>.…"
        info.layers[index].parameters += tensor.numel();
        info.parameters += tensor.numel();
    }
    return info;
}

/// The pictures of one batch, ready for the network.
struct LoadedBatch {
    at::Tensor images; ///< [b,3,h,w] float, channels last
    std::vector<image::LetterboxTransform> transforms;
};

Result<LoadedBatch> loadBatch(const DetectRequest& request, const PlannedBatch& plan, int imgSize) {
    try {
        LoadedBatch loaded;
        const auto count = static_cast<std::int64_t>(plan.images.size());
        loaded.images = at::empty({count, 3, plan.input.height, plan.input.width}, at::TensorOptions().dtype(at::kFloat), at::MemoryFormat::ChannelsLast);
        float* out = loaded.images.data_ptr<float>();
        for (const std::size_t image : plan.images) {
            const auto transform = loadInto(request.images[image], request.shape, imgSize, plan.input, out);
            if (!transform)
                return failAs(transform);
            loaded.transforms.push_back(*transform);
            out += static_cast<std::ptrdiff_t>(plan.input.width) * plan.input.height * 3;
        }
        return loaded;
    } catch (const std::exception& error) {
        return fail(ErrorCode::Failed, std::string("A batch of pictures does not fit into memory: ") + error.what(), {}, 0, "Choose a smaller --batch.");
    }
}

/// Sizes of all pictures from their headers, in parallel; the first that cannot be read is the error.
Result<std::vector<Size>> sizesOf(const std::vector<std::filesystem::path>& images, int threads, const StopCheck& stop) {
    std::vector<Size> sizes(images.size());
    std::vector<std::optional<Error>> errors(images.size());
    parallelFor(images.size(), threads, [&](std::size_t i) {
        if (stop && stop())
            return;
        const auto probe = image::probeImage(images[i]);
        if (!probe)
            errors[i] = probe.error();
        else if (probe->size.width < 1 || probe->size.height < 1)
            errors[i] = Error{ErrorCode::BadInput, images[i].string() + " is an empty picture.", images[i]};
        else
            sizes[i] = probe->size;
    });
    for (std::optional<Error>& error : errors)
        if (error)
            return tl::unexpected<Error>(std::move(*error));
    return sizes;
}

tl::unexpected<Error> stopped() {
    return fail(ErrorCode::Interrupted, "Detection was stopped.");
}

/// Joins the lists of all pictures into one set.
detect::DetectionSet gathered(const DetectRequest& request, const std::vector<Size>& sizes, const std::vector<std::string>& names,
                              const std::vector<std::vector<Detection>>& lists) {
    detect::DetectionSet set;
    set.names = names;
    set.begin.push_back(0);
    for (std::size_t i = 0; i < lists.size(); ++i) {
        set.images.push_back({static_cast<int>(i) + 1, request.images[i], sizes[i]});
        set.detections.insert(set.detections.end(), lists[i].begin(), lists[i].end());
        set.begin.push_back(static_cast<std::uint32_t>(set.detections.size()));
    }
    return set;
}

} // namespace

struct Detector::Impl {
    Network network;
    NetworkInfo info;
    DetectorOptions options;
    bool bfloat16 = false;

    /// Raw outputs by level: [b, ny, nx, 3, 5+nc] float, dense.
    std::vector<at::Tensor> run(const at::Tensor& images) {
        std::vector<at::Tensor> raw = network.forward(bfloat16 ? images.to(at::kBFloat16) : images);
        for (at::Tensor& level : raw)
            level = level.permute({0, 2, 3, 1, 4}).to(at::kFloat).contiguous();
        return raw;
    }

    std::vector<Detection> candidatesOf(const std::vector<at::Tensor>& raw, std::size_t picture, const DetectRequest& request) const {
        std::vector<Detection> found;
        for (std::size_t level = 0; level < raw.size(); ++level) {
            float anchors[6];
            std::copy(info.anchors[level].begin(), info.anchors[level].end(), anchors);
            const at::Tensor& values = raw[level];
            const std::int64_t perPicture = values.numel() / values.size(0);
            const LevelView view{values.const_data_ptr<float>() + static_cast<std::int64_t>(picture) * perPicture,
                                 static_cast<int>(values.size(1)),
                                 static_cast<int>(values.size(2)),
                                 static_cast<int>(info.classes.size()),
                                 info.strides[level],
                                 anchors};
            appendCandidates(view, request.nms.confidence, request.multiLabel && info.classes.size() > 1, found);
        }
        return found;
    }
};

Detector::Detector(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Detector::Detector(Detector&&) noexcept = default;
Detector& Detector::operator=(Detector&&) noexcept = default;
Detector::~Detector() = default;

const NetworkInfo& Detector::info() const {
    return m_impl->info;
}

Result<NetworkInfo> inspectWeights(const std::filesystem::path& weights) {
    const auto file = weights::readWeights(weights);
    if (!file)
        return failAs(file);
    const auto network = Network::fromArrays(*file);
    if (!network)
        return failAs(network);
    return describe(*network, *file);
}

Result<Detector> Detector::load(const std::filesystem::path& weights, const DetectorOptions& options) {
    if (options.device != "cpu")
        return fail(ErrorCode::Usage, "The device " + options.device + " is not available: this build computes on the CPU.", {}, 0, "Use --device cpu.");
    if (options.precision != "auto" && options.precision != "fp32" && options.precision != "bf16")
        return fail(ErrorCode::Usage, "The precision " + options.precision + " is unknown.", {}, 0, "Use auto, fp32 or bf16.");
    if (options.imgSize < 32 || options.imgSize > 8192)
        return fail(ErrorCode::Usage, "The image size " + std::to_string(options.imgSize) + " is outside 32 to 8192.");
    if (options.batch < 1 || options.batch > 1024)
        return fail(ErrorCode::Usage, "The batch size " + std::to_string(options.batch) + " is outside 1 to 1024.");
    const auto file = weights::readWeights(weights);
    if (!file)
        return failAs(file);
    const auto network = Network::fromArrays(*file);
    if (!network)
        return failAs(network);
    try {
        const bool bfloat16 = options.precision == "bf16";
        NetworkInfo info = describe(*network, *file);
        return Detector(std::unique_ptr<Impl>(new Impl{network->folded(bfloat16), std::move(info), options, bfloat16}));
    } catch (const std::exception& error) {
        return fail(ErrorCode::Failed, weights.string() + " could not be made ready: " + error.what() + ".", weights);
    }
}

Result<DetectResult> Detector::detect(const DetectRequest& request, const ProgressCallback& progress, const StopCheck& stop) {
    Impl& impl = *m_impl;
    const auto begin = std::chrono::steady_clock::now();
    const int threads = impl.options.threads > 0 ? impl.options.threads : availableCores();
    const Result<std::vector<Size>> sizes = sizesOf(request.images, threads, stop);
    if (stop && stop())
        return stopped();
    if (!sizes)
        return failAs(sizes);
    const std::vector<PlannedBatch> plan = planBatches(*sizes, request.shape, impl.options.imgSize, impl.options.batch);
    std::vector<std::vector<Detection>> kept(request.images.size()), candidates(request.images.size());
    const auto total = static_cast<std::int64_t>(request.images.size());
    std::int64_t done = 0;
    if (progress)
        progress(0, total);
    // The next batch is read on a low-priority thread while the network works on this one.
    const auto load = [&](std::size_t index) {
        return std::async(std::launch::async, [&request, &plan, index, side = impl.options.imgSize] {
            lowerThreadPriority();
            return loadBatch(request, plan[index], side);
        });
    };
    std::future<Result<LoadedBatch>> next;
    if (!plan.empty())
        next = load(0);
    try {
        cv::setNumThreads(1); // reading a batch is one thread of ours already
        at::set_num_threads(threads);
        const c10::InferenceMode inference;
        for (std::size_t b = 0; b < plan.size(); ++b) {
            const Result<LoadedBatch> batch = next.get();
            if (!batch)
                return failAs(batch);
            if (stop && stop())
                return stopped();
            if (b + 1 < plan.size())
                next = load(b + 1);
            const std::vector<at::Tensor> raw = impl.run(batch->images);
            parallelFor(plan[b].images.size(), threads, [&](std::size_t i) {
                const std::size_t picture = plan[b].images[i];
                const image::LetterboxTransform& transform = batch->transforms[i];
                std::vector<Detection> found = impl.candidatesOf(raw, i, request);
                kept[picture] = detect::nonMaximumSuppression(found, request.nms);
                for (Detection& detection : kept[picture])
                    detection.box = image::imageFromLetterbox(detection.box, transform, true);
                if (!request.keepCandidates)
                    return;
                std::stable_sort(found.begin(), found.end(), [](const Detection& a, const Detection& c) { return a.score > c.score; });
                for (Detection& candidate : found)
                    candidate.box = image::imageFromLetterbox(candidate.box, transform, false);
                candidates[picture] = std::move(found);
            });
            done += static_cast<std::int64_t>(plan[b].images.size());
            if (progress)
                progress(done, total);
        }
    } catch (const std::exception& error) {
        return fail(ErrorCode::Failed, std::string("The network could not run: ") + error.what(), {}, 0, "Choose a smaller --batch or --img-size.");
    }
    DetectResult result;
    result.detections = gathered(request, *sizes, impl.info.classes, kept);
    if (request.keepCandidates)
        result.candidates = gathered(request, *sizes, impl.info.classes, candidates);
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    result.imagesPerSecond = result.seconds > 0 ? static_cast<double>(total) / result.seconds : 0;
    return result;
}

} // namespace intersect::nn
