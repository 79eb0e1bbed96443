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
#include "core/nn/device.h"
#include "core/nn/fast_forward.h"
#include "core/nn/network.h"
#include "core/nn/precision.h"
#include "core/nn/raw_levels.h"
#include "core/weights/checkpoint.h"

namespace intersect::nn {
namespace {

using detect::Detection;

/// What became of the pictures of a request: sizes, and why some could not be read.
struct Pictures {
    std::vector<Size> sizes;
    std::vector<std::optional<Error>> errors;

    /// The first error, unless such pictures are left out.
    const Error* first(const DetectRequest& request) const {
        const auto found = std::find_if(errors.begin(), errors.end(), [](const auto& error) { return error.has_value(); });
        return request.leaveOutUnreadable || found == errors.end() ? nullptr : &**found;
    }
    std::vector<Error> takeErrors() {
        std::vector<Error> all;
        for (std::optional<Error>& error : errors)
            if (error)
                all.push_back(std::move(*error));
        return all;
    }
};

/// The pictures of one batch, ready for the network; those that could not be read are empty and have an error.
struct LoadedBatch {
    at::Tensor images; ///< [b,3,h,w] float, channels last
    std::vector<image::LetterboxTransform> transforms;
    std::vector<std::optional<Error>> errors;
};

Result<LoadedBatch> loadBatch(const DetectRequest& request, const PlannedBatch& plan, int imgSize) {
    try {
        LoadedBatch loaded;
        const auto count = static_cast<std::int64_t>(plan.images.size());
        loaded.images = at::empty({count, 3, plan.input.height, plan.input.width}, at::TensorOptions().dtype(at::kFloat), at::MemoryFormat::ChannelsLast);
        float* out = loaded.images.data_ptr<float>();
        const auto values = static_cast<std::ptrdiff_t>(plan.input.width) * plan.input.height * 3;
        for (const std::size_t image : plan.images) {
            const auto transform = loadInto(request.images[image], request.shape, imgSize, plan.input, out);
            if (!transform)
                std::fill(out, out + values, 0.0F);
            loaded.transforms.push_back(transform ? *transform : image::LetterboxTransform{});
            loaded.errors.push_back(transform ? std::nullopt : std::optional(transform.error()));
            out += values;
        }
        return loaded;
    } catch (const std::exception& error) {
        return fail(ErrorCode::Failed, std::string("A batch of pictures does not fit into memory: ") + error.what(), {}, 0, "Choose a smaller --batch.");
    }
}

/// Sizes of all pictures from their headers, in parallel.
Pictures probed(const std::vector<std::filesystem::path>& images, int threads, const StopCheck& stop) {
    Pictures pictures{std::vector<Size>(images.size()), std::vector<std::optional<Error>>(images.size())};
    parallelFor(images.size(), threads, [&](std::size_t i) {
        if (stop && stop())
            return;
        const auto probe = image::probeImage(images[i]);
        if (!probe)
            pictures.errors[i] = probe.error();
        else if (probe->size.width < 1 || probe->size.height < 1)
            pictures.errors[i] = Error{ErrorCode::BadInput, images[i].string() + " is an empty picture.", images[i]};
        else
            pictures.sizes[i] = probe->size;
    });
    return pictures;
}

/// Batches of the pictures that have a size.
std::vector<PlannedBatch> planned(const Pictures& pictures, const DetectRequest& request, const DetectorOptions& options, int stride) {
    std::vector<std::size_t> readable;
    std::vector<Size> sizes;
    for (std::size_t i = 0; i < pictures.sizes.size(); ++i)
        if (!pictures.errors[i]) {
            readable.push_back(i);
            sizes.push_back(pictures.sizes[i]);
        }
    std::vector<PlannedBatch> plan = planBatches(sizes, request.shape, options.imgSize, options.batch, stride);
    for (PlannedBatch& batch : plan)
        for (std::size_t& image : batch.images)
            image = readable[image];
    return plan;
}

tl::unexpected<Error> stopped() {
    return fail(ErrorCode::Interrupted, "Detection was stopped.");
}

/// A box of a mirrored input of that width, where it lies on the input itself.
BoxXyxy mirrored(const BoxXyxy& box, int width) {
    return {static_cast<float>(width) - box.x2, box.y1, static_cast<float>(width) - box.x1, box.y2};
}

/// Joins the lists of all pictures that were read into one set.
detect::DetectionSet gathered(const DetectRequest& request, const Pictures& pictures, const std::vector<std::string>& names,
                              const std::vector<std::vector<Detection>>& lists) {
    detect::DetectionSet set;
    set.names = names;
    set.begin.push_back(0);
    for (std::size_t i = 0; i < lists.size(); ++i) {
        if (pictures.errors[i])
            continue;
        set.images.push_back({static_cast<int>(set.images.size()) + 1, request.images[i], pictures.sizes[i]});
        set.detections.insert(set.detections.end(), lists[i].begin(), lists[i].end());
        set.begin.push_back(static_cast<std::uint32_t>(set.detections.size()));
    }
    return set;
}

} // namespace

struct Detector::Impl {
    FastForward fast;
    model::NetworkInfo info;
    DetectorOptions options;
    Precision precision;

    int threadCount() const { return options.threads > 0 ? options.threads : availableCores(); }
    using UseBatch = std::function<void(const PlannedBatch&, const LoadedBatch&)>;
    /// Reads the pictures batch by batch and hands each batch to `use`, while the next one is being read.
    Result<void> overBatches(const DetectRequest& request, Pictures& pictures, const ProgressCallback& progress, const StopCheck& stop, const UseBatch& use);
};

Detector::Detector(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Detector::Detector(Detector&&) noexcept = default;
Detector& Detector::operator=(Detector&&) noexcept = default;
Detector::~Detector() = default;

const model::NetworkInfo& Detector::info() const {
    return m_impl->info;
}

const std::string& Detector::precision() const {
    return m_impl->precision.why;
}

Result<Detector> Detector::load(const std::filesystem::path& weights, const DetectorOptions& options) {
    const Result<at::Device> device = deviceFrom(options.device);
    if (!device)
        return failAs(device);
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
        model::NetworkInfo info = model::describe(network->graph(), *file);
        Precision precision = choosePrecision(*network, options.precision, options.threads > 0 ? options.threads : availableCores(), *device);
        return Detector(std::unique_ptr<Impl>(new Impl{FastForward(*network, precision.bfloat16, *device), std::move(info), options, std::move(precision)}));
    } catch (const std::exception& error) {
        return fail(ErrorCode::Failed, weights.string() + " could not be made ready: " + error.what() + ".", weights);
    }
}

Result<void> Detector::Impl::overBatches(const DetectRequest& request, Pictures& pictures, const ProgressCallback& progress, const StopCheck& stop, const UseBatch& use) {
    const int threads = threadCount();
    pictures = probed(request.images, threads, stop);
    if (stop && stop())
        return stopped();
    if (const Error* error = pictures.first(request))
        return tl::unexpected<Error>(*error);
    const std::vector<PlannedBatch> plan = planned(pictures, request, options, fast.network().graph().largestStride());
    const auto total = static_cast<std::int64_t>(request.images.size());
    std::int64_t done = std::count_if(pictures.errors.begin(), pictures.errors.end(), [](const auto& error) { return error.has_value(); });
    if (progress)
        progress(done, total);
    // The next batch is read on a low-priority thread while the network works on this one.
    const auto load = [&](std::size_t index) {
        return std::async(std::launch::async, [&request, &plan, index, side = options.imgSize] {
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
            for (std::size_t i = 0; i < plan[b].images.size(); ++i)
                pictures.errors[plan[b].images[i]] = batch->errors[i];
            if (const Error* error = pictures.first(request))
                return tl::unexpected<Error>(*error);
            use(plan[b], *batch);
            done += static_cast<std::int64_t>(plan[b].images.size());
            if (progress)
                progress(done, total);
        }
    } catch (const std::exception& error) {
        return fail(ErrorCode::Failed, std::string("The network could not run: ") + error.what(), {}, 0, "Choose a smaller --batch or --img-size.");
    }
    return {};
}

Result<DetectResult> Detector::detect(const DetectRequest& request, const ProgressCallback& progress, const StopCheck& stop) {
    Impl& impl = *m_impl;
    const auto begin = std::chrono::steady_clock::now();
    Pictures pictures;
    std::vector<std::vector<Detection>> kept(request.images.size()), candidates(request.images.size());
    const auto worked = impl.overBatches(request, pictures, progress, stop, [&](const PlannedBatch& plan, const LoadedBatch& batch) {
        const auto finish = [&](std::size_t i, const std::vector<at::Tensor>& levels, std::size_t row) {
            if (batch.errors[i])
                return;
            const std::size_t picture = plan.images[i];
            const image::LetterboxTransform& transform = batch.transforms[i];
            std::vector<Detection> found = candidatesOf(impl.fast.network(), levels, row, request.nms.confidence, request.multiLabel);
            if (request.mirrored)
                for (Detection& detection : found)
                    detection.box = mirrored(detection.box, plan.input.width);
            kept[picture] = detect::nonMaximumSuppression(found, request.nms);
            for (Detection& detection : kept[picture])
                detection.box = image::imageFromLetterbox(detection.box, transform, true);
            if (!request.keepCandidates)
                return;
            std::stable_sort(found.begin(), found.end(), [](const Detection& a, const Detection& c) { return a.score > c.score; });
            for (Detection& candidate : found)
                candidate.box = image::imageFromLetterbox(candidate.box, transform, false);
            candidates[picture] = std::move(found);
        };
        impl.fast.run(request.mirrored ? batch.images.flip(3).contiguous(at::MemoryFormat::ChannelsLast) : batch.images, impl.threadCount(),
                      [&](std::size_t first, const std::vector<at::Tensor>& raw) {
                          const std::vector<at::Tensor> levels = rawLevels(raw);
                          for (std::size_t row = 0; row < static_cast<std::size_t>(raw.front().size(0)); ++row)
                              finish(first + row, levels, row);
                      });
    });
    if (!worked)
        return failAs(worked);
    DetectResult result;
    result.detections = gathered(request, pictures, impl.info.classes, kept);
    if (request.keepCandidates)
        result.candidates = gathered(request, pictures, impl.info.classes, candidates);
    result.unreadable = pictures.takeErrors();
    result.precision = impl.precision.why;
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    result.imagesPerSecond = result.seconds > 0 ? static_cast<double>(request.images.size()) / result.seconds : 0;
    return result;
}

Result<FeatureTable> Detector::features(const std::vector<std::filesystem::path>& images, const ProgressCallback& progress, const StopCheck& stop) {
    Impl& impl = *m_impl;
    DetectRequest request;
    request.images = images;
    request.leaveOutUnreadable = true;
    const int last = std::max(impl.fast.network().graph().backbone, 1) - 1;
    Pictures pictures;
    FeatureTable table;
    const auto worked = impl.overBatches(request, pictures, progress, stop, [&](const PlannedBatch& plan, const LoadedBatch& batch) {
        const at::Tensor mean = impl.fast.outputsOf({last}, batch.images, impl.threadCount()).front().to(at::kCPU, at::kFloat).mean({2, 3});
        const at::Tensor rows = mean.div(mean.norm(2, {1}, true).clamp_min(1e-12)).contiguous();
        if (table.width == 0) {
            table.width = static_cast<std::size_t>(rows.size(1));
            table.values.assign(images.size() * table.width, 0.0F);
        }
        for (std::size_t i = 0; i < plan.images.size(); ++i)
            if (!batch.errors[i])
                std::copy_n(rows.data_ptr<float>() + i * table.width, table.width, table.values.data() + plan.images[i] * table.width);
    });
    if (!worked)
        return failAs(worked);
    table.unreadable = pictures.takeErrors();
    return table;
}

} // namespace intersect::nn
