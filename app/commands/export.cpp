// SPDX-License-Identifier: GPL-3.0-or-later
#include <map>
#include <memory>

#include <fmt/format.h>

#include "app/commands/command.h"
#include "core/base/files.h"
#include "core/base/log.h"
#include "core/base/numbers.h"
#include "core/nn/export.h"

namespace intersect::app {
namespace {

struct Options {
    std::filesystem::path weights, out;
    std::string format;
    std::vector<int> imgSize = {640};
    nn::ExportOptions exported;
};

constexpr nn::ExportFormat kFormats[] = {nn::ExportFormat::Onnx, nn::ExportFormat::Safetensors, nn::ExportFormat::Pt, nn::ExportFormat::TorchScript};

void addOptions(CLI::App& cli, Options& o) {
    std::vector<std::string> names;
    for (const nn::ExportFormat format : kFormats)
        names.emplace_back(nn::nameOf(format));
    cli.add_option("WEIGHTS", o.weights, "A checkpoint (.pt) or safetensors file")->required();
    cli.add_option("--format", o.format, "onnx: runs anywhere; safetensors; pt: for Python; torchscript: runs in LibTorch and Python")
        ->required()
        ->check(CLI::IsMember(names));
    cli.add_option("--out", o.out, "The file to write")->required();
    cli.add_option("--img-size", o.imgSize, "Input in pixels: one side of a square, or height and width")->expected(1, 2)->capture_default_str();
    cli.add_option("--batch", o.exported.batch, "ONNX: pictures at a time")->capture_default_str();
    cli.add_flag("--dynamic", o.exported.dynamicBatch, "ONNX: any number of pictures at a time");
    cli.add_option("--precision", o.exported.precision, "Of safetensors and pt: fp16, fp32, or auto: as in the checkpoint")->capture_default_str();
}

void print(const Options& o, const nn::ExportReport& report, const Context& context) {
    const Size input = o.exported.input;
    if (context.json) {
        printJson({{"out", pathText(absolutePath(o.out))},
                   {"format", o.format},
                   {"bytes", report.bytes},
                   {"network", report.network},
                   {"classes", report.classes},
                   {"precision", report.precision},
                   {"img_size", {input.height, input.width}},
                   {"batch", o.exported.dynamicBatch ? Json(nullptr) : Json(o.exported.batch)},
                   {"checked_with", report.checkedWith},
                   {"max_difference", {{"box_px", numberOrNull(report.difference.boxPx)}, {"score", numberOrNull(report.difference.score)}}}});
        return;
    }
    if (context.quiet)
        return;
    printLine(fmt::format("{} with {} classes, {}, {} MB; written to {}", report.network, report.classes.size(), report.precision,
                          formatFixed(static_cast<double>(report.bytes) / 1e6, 1), o.out.string()));
    printLine(fmt::format("Compared with {} at {}x{}: boxes differ by at most {} px, scores by at most {}", report.checkedWith, input.width, input.height,
                          formatFixed(report.difference.boxPx, 5), formatFixed(report.difference.score, 7)));
}

Result<int> run(Options& o, Context& context) {
    std::error_code ignored;
    if (std::filesystem::is_directory(o.out, ignored))
        return fail(ErrorCode::BadInput, o.out.string() + " is a folder, not a file to write.", o.out, 0, "Add a file name behind it.");
    if (std::filesystem::equivalent(o.weights, o.out, ignored))
        return fail(ErrorCode::Usage, "--out names the weights themselves.", o.out, 0, "Choose another name.");
    if (const auto may = mayWrite(o.out, context); !may)
        return failAs(may);
    for (const nn::ExportFormat format : kFormats)
        if (o.format == nn::nameOf(format))
            o.exported.format = format;
    o.exported.input = {o.imgSize.back(), o.imgSize.front()};
    o.exported.version = INTERSECT_VERSION;
    const auto report = nn::exportWeights(o.weights, o.out, o.exported, [](const std::string& step) { logInfo(step); }, [&] { return context.stop.stopped(); });
    if (!report)
        return failAs(report);
    print(o, *report, context);
    return 0;
}

const Verb kExport{"export", "Write weights in another format, compared with the network before it is done", [](CLI::App& cli) -> Action {
                       auto options = std::make_shared<Options>();
                       addOptions(cli, *options);
                       return [options](Context& context) { return run(*options, context); };
                   }};

} // namespace
} // namespace intersect::app
