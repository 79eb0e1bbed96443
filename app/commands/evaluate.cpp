// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "app/commands/command.h"
#include "app/commands/evaluate_against.h"
#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/base/threads.h"
#include "core/data/data_yaml.h"
#include "core/detect/candidates_file.h"
#include "core/detect/detections_file.h"
#include "core/detect/detections_txt.h"
#include "core/eval/alignment.h"
#include "core/eval/coco_truth.h"
#include "core/eval/report.h"
#include "core/eval/suspects_file.h"
#include "core/eval/threshold_counts.h"
#include "core/image/decode.h"
#include "core/nn/detector.h"
#include "core/runs/run_folder.h"
#include "core/runs/train_config.h"

namespace intersect::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostImagesWithCandidates = 10'000; ///< at about 1,700 an image and 24 bytes each, 400 MB

struct Options {
    fs::path run, data, truth, weights, detections, saveDetections, candidates, curves, suspects, against;
    std::string split = "test";
    std::vector<std::string> by;
    bool errors = false;
    int resamples = 0;
    std::uint64_t seed = 0;
    std::vector<std::string> definitions{"yolov5"};
    detect::NmsOptions nms{0.001F, 0.6F, 300, 30000};
    std::optional<int> imgSize;
    std::optional<double> confusionConfidence, confusionIou;
    nn::DetectorOptions detector;
};

/// What is to be scored: detections and truth of the same images.
struct Scored {
    detect::DetectionSet detections;
    detect::DetectionSet candidates; ///< before NMS; no images where they were not kept
    eval::Truth truth;
    std::vector<std::string> warnings;
    double imagesPerSecond = 0; ///< 0: nothing was detected here
    std::string precision;      ///< of the network; empty: nothing was detected here
    bool faultyLabels = false;  ///< label rows were left out, so the figures are not of all that was meant
};

Result<void> checkOptions(const Options& options) {
    const auto usage = [](const char* message, const char* advice) {
        return fail(ErrorCode::Usage, message, {}, 0, advice);
    };
    if (options.data.empty() && options.truth.empty() && options.run.empty())
        return usage("There is nothing to compare with.", "Give a run folder, --data DATA.yaml or --truth COCO.json.");
    if (!options.data.empty() && !options.truth.empty())
        return usage("--data and --truth both say what is true.", "Give one of them.");
    if (!options.weights.empty() && !options.detections.empty())
        return usage("--weights and --detections both say what was found.", "Give one of them.");
    if (!options.run.empty() && (!options.detections.empty() || !options.truth.empty() || !options.weights.empty()))
        return usage("A run is evaluated with its own best weights.",
                     "Leave out the run, or --weights, --detections and --truth.");
    if (options.run.empty() && options.weights.empty() && options.detections.empty())
        return usage("There is nothing to evaluate.", "Give a run folder, --weights FILE or --detections FILE.");
    if (!options.truth.empty() && options.detections.empty())
        return usage("--truth needs --detections: COCO files do not tell where the pictures lie.",
                     "Add --detections FILE, or give --data DATA.yaml.");
    return {};
}

/// Fills in what a run folder knows: its best weights, its data, its image size.
Result<void> takeFromRun(Options& options) {
    const runs::RunPaths run{options.run};
    std::error_code ignored;
    if (!fs::exists(run.best(), ignored))
        return fail(ErrorCode::BadInput, options.run.string() + " has no weights/best.safetensors.", options.run, 0,
                    "Give the folder of a run that has saved a checkpoint.");
    options.weights = run.best();
    std::vector<data::Finding> findings;
    const auto config = runs::readTrainConfig(run.config(), findings);
    if (!config)
        return failAs(config);
    if (!options.imgSize)
        options.imgSize = config->imgSize;
    if (options.data.empty())
        options.data = fs::exists(run.lists() / "data.yaml", ignored) ? run.lists() / "data.yaml"
                                                                      : config->data; // as it was trained
    return {};
}

/// The pictures of the split with their sizes, ids from 1, for a detections file that is to be held against them.
Result<detect::DetectionSet> picturesOf(const std::vector<fs::path>& images, const std::vector<std::string>& names,
                                        int threads) {
    detect::DetectionSet set;
    set.names = names;
    set.images.resize(images.size());
    std::vector<std::optional<Error>> errors(images.size());
    parallelFor(images.size(), threads > 0 ? threads : availableCores(), [&](std::size_t i) {
        const auto probe = image::probeImage(images[i]);
        if (probe)
            set.images[i] = {static_cast<int>(i) + 1, images[i], probe->size};
        else
            errors[i] = probe.error();
    });
    for (std::optional<Error>& error : errors)
        if (error)
            return tl::unexpected<Error>(std::move(*error));
    return set;
}

/// Class names that differ between the data and the network make every figure of that class meaningless.
void compareNames(Scored& scored, const std::vector<std::string>& ofData, const std::vector<std::string>& ofWeights) {
    std::vector<char> told(ofData.size(), 0);
    for (const eval::TruthBox& box : scored.truth.boxes) {
        const auto id = static_cast<std::size_t>(box.classId);
        if (told[id] != 0 || (id < ofWeights.size() && ofWeights[id] == ofData[id]))
            continue;
        told[id] = 1;
        scored.warnings.push_back(id < ofWeights.size()
                                      ? fmt::format("Class {} is called {} in the data, but {} in the weights.", id,
                                                    ofData[id], ofWeights[id])
                                      : fmt::format("Class {} ({}) is unknown to the weights, which have {} classes.",
                                                    id, ofData[id], ofWeights.size()));
    }
}

/// Label rows that were left out: the first few one by one, the others counted. Whether there are any.
bool addLabelWarnings(const std::vector<data::Finding>& findings, std::vector<std::string>& warnings) {
    constexpr std::int64_t kShown = 5;
    std::int64_t count = 0;
    for (const data::Finding& finding : findings)
        if (finding.severity == data::Severity::Error && ++count <= kShown)
            warnings.push_back(
                describe({ErrorCode::BadInput, finding.message, finding.path, finding.line, "The row was left out."}));
    if (count > kShown)
        warnings.push_back(formatGrouped(count - kShown) +
                           " more label rows were left out; intersect-cli scan lists them all.");
    return count > 0;
}

Result<Scored> fromDataYaml(const Options& options, Context& context) {
    const auto data = data::readDataYaml(options.data);
    if (!data)
        return failAs(data);
    const auto images = data::imagesOfSplit(*data, options.split);
    if (!images)
        return failAs(images);
    Scored scored;
    std::vector<std::string> ofWeights = data->names;
    if (options.detections.empty()) {
        auto detector = nn::Detector::load(options.weights, options.detector);
        if (!detector)
            return failAs(detector);
        ofWeights = detector->info().classes;
        nn::DetectRequest request;
        request.images = *images;
        request.shape = nn::BatchShape::Rectangles;
        request.nms = options.nms;
        request.multiLabel = true;
        request.keepCandidates = !options.candidates.empty() && images->size() <= kMostImagesWithCandidates;
        if (!options.candidates.empty() && !request.keepCandidates)
            scored.warnings.push_back(fmt::format("Candidates are kept of at most {} images, here are {}: the IoU of NMS cannot be moved afterwards.",
                                                  formatGrouped(static_cast<std::int64_t>(kMostImagesWithCandidates)), formatGrouped(static_cast<std::int64_t>(images->size()))));
        auto found =
            detector->detect(request, context.progress("Detecting"), [&context] { return context.stop.stopped(); });
        if (!found)
            return failAs(found);
        scored.detections = std::move(found->detections);
        scored.candidates = std::move(found->candidates);
        scored.imagesPerSecond = found->imagesPerSecond;
        scored.precision = found->precision;
        if (options.nms.confidence > 0.001F)
            scored.warnings.push_back("Detections at or below " +
                                      formatShortest(static_cast<double>(options.nms.confidence)) +
                                      " were left out: every AP is lower than with --conf 0.001.");
    } else {
        const auto pictures = picturesOf(*images, data->names, options.detector.threads);
        if (!pictures)
            return failAs(pictures);
        auto found = detect::readDetectionsOf(options.detections, *pictures);
        if (!found)
            return failAs(found);
        auto aligned = eval::alignDetections(std::move(*found), pictures->images, options.detections);
        if (!aligned)
            return failAs(aligned);
        scored.detections = std::move(*aligned);
    }
    std::vector<data::Finding> findings;
    auto truth = eval::truthOfImages(scored.detections.images, &findings);
    if (!truth)
        return failAs(truth);
    scored.truth = std::move(*truth);
    if (const auto named = eval::checkClassNames(scored.truth, scored.detections.images, data->names); !named)
        return failAs(named);
    scored.faultyLabels = addLabelWarnings(findings, scored.warnings);
    compareNames(scored, data->names, ofWeights);
    scored.detections.names = data->names;
    for (std::size_t id = data->names.size(); id < ofWeights.size(); ++id)
        scored.detections.names.push_back(ofWeights[id]);
    return scored;
}

Result<Scored> fromCoco(const Options& options) {
    auto coco = eval::truthFromCoco(options.truth);
    if (!coco)
        return failAs(coco);
    detect::DetectionSet known;
    known.images = coco->images;
    known.names = coco->names;
    auto found = detect::readDetectionsOf(options.detections, known);
    if (!found)
        return failAs(found);
    auto aligned = eval::alignDetections(std::move(*found), coco->images, options.detections);
    if (!aligned)
        return failAs(aligned);
    aligned->names = coco->names;
    Scored scored;
    scored.detections = std::move(*aligned);
    scored.truth = std::move(coco->truth);
    return scored;
}

Result<int> run(Options options, Context& context) {
    if (const auto good = checkOptions(options); !good)
        return failAs(good);
    eval::ReportRequest request;
    for (const std::string& name : options.definitions)
        if (const auto known = eval::addDefinition(request, name); !known)
            return failAs(known);
    for (const std::string& name : options.by)
        if (const auto known = eval::addGrouping(request, name); !known)
            return failAs(known);
    request.errors = options.errors;
    request.resamples = options.resamples;
    request.seed = options.seed;
    request.threads = options.detector.threads > 0 ? options.detector.threads : availableCores();
    request.confusion = options.confusionConfidence || options.confusionIou;
    request.confusionConfidence = options.confusionConfidence.value_or(0.25);
    request.confusionIou = options.confusionIou.value_or(0.45);
    request.maxDetections = options.nms.maxDetections;
    if (!options.candidates.empty() && options.weights.empty() && options.run.empty())
        return fail(ErrorCode::Usage, "--candidates needs a network: a detections file holds only what NMS left.", {}, 0, "Give --weights FILE or a run folder.");
    for (const fs::path& out : {options.saveDetections, options.curves, options.candidates, options.suspects})
        if (!out.empty())
            if (const auto free = mayWrite(out, context); !free)
                return failAs(free);

    std::optional<runs::RunLock> lock;
    // Detections on other data than its own would pass for the run's.
    const bool ownData = !options.run.empty() && options.data.empty();
    const fs::path intoRun = ownData ? runs::RunPaths{options.run}.detections(options.split) : fs::path();
    if (!options.run.empty()) {
        if (const auto taken = takeFromRun(options); !taken)
            return failAs(taken);
        auto locked = runs::RunLock::take(options.run);
        if (!locked)
            return failAs(locked);
        lock = std::move(*locked);
        if (ownData && options.candidates.empty())
            options.candidates = runs::RunPaths{options.run}.candidates(options.split);
    }
    options.detector.imgSize = options.imgSize.value_or(640);

    auto scored = options.truth.empty() ? fromDataYaml(options, context) : fromCoco(options);
    if (!scored)
        return failAs(scored);
    eval::EvaluationReport report = eval::evaluateAll(scored->detections, scored->truth, request);
    report.warnings.insert(report.warnings.begin(), scored->warnings.begin(), scored->warnings.end());
    if (!options.detections.empty())
        if (const auto cut = eval::cutListWarning(scored->detections))
            report.warnings.push_back(*cut);

    std::vector<std::pair<std::string, fs::path>> written;
    for (const fs::path& out : {intoRun, options.saveDetections})
        if (!out.empty()) {
            if (const auto saved = writeFileAtomically(out, detect::formatDetections(scored->detections)); !saved)
                return failAs(saved);
            written.emplace_back("Detections", absolutePath(out));
        }
    if (!scored->candidates.images.empty()) {
        scored->candidates.names = scored->detections.names;
        if (const auto saved = detect::writeCandidates(options.candidates, scored->candidates); !saved)
            return failAs(saved);
        written.emplace_back("Candidates", absolutePath(options.candidates));
    }
    if (!options.curves.empty()) {
        const auto pairing = eval::pairDetections(scored->detections, scored->truth, request.maxDetections, request.threads);
        const auto csv = eval::formatCurvesCsv(
            eval::countsAgainstConfidence(pairing), eval::countsAgainstMatchIou(pairing, request.confusionConfidence));
        if (const auto saved = writeFileAtomically(options.curves, csv); !saved)
            return failAs(saved);
        written.emplace_back("Curves", absolutePath(options.curves));
    }

    if (!options.suspects.empty()) {
        const auto suspects = eval::findSuspects(scored->detections, scored->truth);
        if (const auto saved = writeFileAtomically(options.suspects, toText(eval::suspectsJson(suspects, scored->detections, scored->truth)) + "\n"); !saved)
            return failAs(saved);
        written.emplace_back(fmt::format("{} suspect labels", formatGrouped(static_cast<std::int64_t>(suspects.size()))), absolutePath(options.suspects));
    }
    Against against;
    if (!options.against.empty()) {
        auto compared = compareAgainst(scored->detections, scored->truth,
                                       {options.against, options.split, report.yolov5.bestConfidence, options.resamples > 0 ? options.resamples : 1000, options.seed, request.threads, request.maxDetections});
        if (!compared)
            return failAs(compared);
        against = std::move(*compared);
    }

    if (!context.quiet)
        for (const std::string& warning : report.warnings)
            fmt::print(stderr, "warning: {}\n", warning);
    const int code = scored->faultyLabels ? 1 : 0;
    if (context.json) {
        Json document = eval::reportJson(report);
        document["against"] = against.json;
        document["images_per_s"] = scored->imagesPerSecond > 0 ? Json(scored->imagesPerSecond) : Json(nullptr);
        document["precision"] = scored->precision.empty() ? Json(nullptr) : Json(scored->precision);
        printJson(document);
        return code;
    }
    printLine(eval::reportTable(report) + against.table);
    if (scored->imagesPerSecond > 0)
        printLine(fmt::format("Speed: {} images/s in {}", formatFixed(scored->imagesPerSecond, 1), scored->precision));
    for (const auto& [what, where] : written)
        printLine(what + ": " + where.string());
    return code;
}

const Verb kEvaluate{
    "evaluate", "Score detections or weights against the truth", [](CLI::App& app) -> Action {
        auto options = std::make_shared<Options>();
        app.add_option("RUN", options->run, "Folder of a run: its best weights, its data");
        app.add_option("--data", options->data, "data.yaml with names and lists");
        app.add_option("--split", options->split, "train, val or test")->capture_default_str();
        app.add_option("--truth", options->truth, "COCO ground truth instead of --data");
        app.add_option("--weights", options->weights, "Checkpoint to detect with");
        app.add_option("--detections", options->detections, "Score these detections instead: a JSON file, or a folder of --save-txt");
        app.add_option("--save-detections", options->saveDetections, "Write the detections to this file");
        app.add_option("--candidates", options->candidates, "Write the boxes before NMS to this file (a run keeps them by itself)");
        app.add_option("--conf", options->nms.confidence, "Lowest confidence")
            ->capture_default_str()
            ->check(fraction());
        app.add_option("--iou", options->nms.iou, "IoU of non-maximum suppression")
            ->capture_default_str()
            ->check(fraction());
        app.add_option("--max-det", options->nms.maxDetections, "Most detections an image")
            ->capture_default_str()
            ->check(CLI::PositiveNumber);
        app.add_option("--definition", options->definitions, "yolov5, yolov7, coco, voc2007, voc2010 or all")
            ->delimiter(',')
            ->allow_extra_args(false);
        app.add_option("--by", options->by, "Tables by camera, pool, hour (of day, from the file names), size (of boxes); commas between")
            ->delimiter(',')
            ->allow_extra_args(false);
        app.add_flag("--errors", options->errors, "Types of error (TIDE) and what each costs in AP50");
        app.add_option("--intervals", options->resamples, "95 % intervals from so many redraws of the frames (bootstrap); 0: none")
            ->capture_default_str()
            ->check(CLI::Range(0, 100000));
        app.add_option("--seed", options->seed, "Seed of --intervals")->capture_default_str();
        app.add_option("--curves", options->curves, "Write counts against confidence and match IoU to this CSV file");
        app.add_option("--suspects", options->suspects, "Write labels that the network doubts to this JSON file, the worst first");
        app.add_option("--against", options->against, "Compare with what another run left on the same split");
        app.add_option("--confusion-conf", options->confusionConfidence,
                       "Confusion matrix above this confidence (0.25)");
        app.add_option("--confusion-iou", options->confusionIou, "and above this IoU (0.45)");
        app.add_option("--img-size", options->imgSize, "Long side the network sees (640, or that of the run)")
            ->check(CLI::Range(32, 4096));
        app.add_option("--batch", options->detector.batch, "Pictures at once")
            ->capture_default_str()
            ->check(CLI::Range(1, 1024));
        app.add_option("--precision", options->detector.precision, "auto (the faster one, measured once), fp32 or bf16")
            ->capture_default_str()
            ->check(CLI::IsMember({"auto", "fp32", "bf16"}));
        app.add_option("--device", options->detector.device, "auto (a GPU if there is one), cpu, cuda, cuda:1")->capture_default_str();
        app.add_option("--threads", options->detector.threads, "0: all cores")
            ->capture_default_str()
            ->check(CLI::Range(0, 1024));
        return [options](Context& context) { return run(*options, context); };
    }};

} // namespace
} // namespace intersect::app
