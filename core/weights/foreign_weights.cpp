// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weights/foreign_weights.h"

#include <algorithm>
#include <fstream>
#include <string>

namespace intersect::weights {
namespace {

constexpr std::size_t kLooked = 1U << 20; ///< bytes of each end of a graph that are searched for names

/// A detector told by parts of its tensors' names, all of which must occur.
struct Family {
    std::string_view name;
    std::vector<std::string_view> parts;
};

const std::vector<Family>& families() {
    static const std::vector<Family> kFamilies = {{"YOLOX", {"head.cls_preds.", "head.obj_preds."}},
                                                  {"NanoDet", {"head.gfl_cls."}},
                                                  {"NanoDet", {"distribution_project"}},
                                                  {"FastestDet", {"SPP.Conv1x1", "detect_head."}}};
    return kFamilies;
}

template <class Has>
std::string_view familyWhere(const Has& has) {
    for (const Family& family : families())
        if (std::all_of(family.parts.begin(), family.parts.end(), has))
            return family.name;
    return {};
}

/// The start and the end of a file, which may overlap, with a gap between so that no name spans both.
std::string bothEnds(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::string bytes(kLooked, '\0');
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(stream.gcount()));
    if (bytes.size() < kLooked)
        return bytes;
    stream.clear();
    stream.seekg(0, std::ios::end);
    const auto size = static_cast<std::uint64_t>(std::max<std::streamoff>(stream.tellg(), 0));
    const std::uint64_t begin = std::max<std::uint64_t>(kLooked, size > kLooked ? size - kLooked : 0);
    bytes += '\0';
    const std::size_t old = bytes.size();
    bytes.resize(old + static_cast<std::size_t>(size > begin ? size - begin : 0));
    stream.seekg(static_cast<std::streamoff>(begin));
    stream.read(bytes.data() + old, static_cast<std::streamsize>(bytes.size() - old));
    return bytes;
}

/// The producer_name of an ONNX model (its second field), empty if it is not where every exporter writes it.
std::string_view producerOf(std::string_view head) {
    if (head.size() < 4 || head[0] != 0x08 || static_cast<unsigned char>(head[1]) > 0x7F || head[2] != 0x12)
        return {};
    return head.substr(4, std::min<std::size_t>(static_cast<unsigned char>(head[3]), 64));
}

tl::unexpected<Error> refuseOnnx(const std::filesystem::path& path) {
    const std::string bytes = bothEnds(path);
    const auto has = [&](std::string_view part) { return bytes.find(part) != std::string::npos; };
    const auto refuse = [&](const std::string& what, const char* advice) {
        return fail(ErrorCode::BadInput, path.string() + " is an ONNX graph " + what + ".", path, 0, advice);
    };
    const std::string_view producer = producerOf(bytes);
    if (producer.starts_with("intersect") || producer.starts_with("Intersect"))
        return refuse("that this program exported for use elsewhere, not to be read again",
                      "Give the .pt or .safetensors it was exported from.");
    if (const std::string_view family = familyWhere(has); !family.empty())
        return refuse("of " + std::string(family) + ", a network this program does not run", kWantedWeights);
    if (has("model.24.m.0") || has("model.77.m.0") || has("model.33.m.0") || has("model.105.m.0"))
        return refuse("with the layer names of YOLOv5 or YOLOv7, exported for use elsewhere",
                      "Give the .pt or .safetensors it was exported from.");
    return refuse("of another network; this program reads weights with their names, not graphs", kWantedWeights);
}

} // namespace

std::string_view foreignFamily(const std::vector<FoundTensor>& tensors) {
    return familyWhere([&](std::string_view part) {
        return std::any_of(tensors.begin(), tensors.end(),
                           [&](const FoundTensor& found) { return found.name.find(part) != std::string::npos; });
    });
}

tl::unexpected<Error> refuseForeign(const std::filesystem::path& path, std::string_view head) {
    const auto refuse = [&](const std::string& why, const char* advice) {
        return fail(ErrorCode::BadInput, path.string() + " " + why + ".", path, 0, advice);
    };
    if (path.extension() == ".onnx" || !producerOf(head).empty())
        return refuseOnnx(path);
    if (head.starts_with("\x80\x02") || head.starts_with("\x80\x03") || head.starts_with("\x80\x04"))
        return refuse("was saved in PyTorch's format from before release 1.6, which is not read",
                      "Load and save it again with a newer PyTorch.");
    if (head.starts_with("\x89HDF"))
        return refuse("is an HDF5 file (of Keras or MATLAB), whose weights are not read", kWantedWeights);
    if (head.size() >= 8 && head.substr(4, 4) == "TFL3")
        return refuse("is a TensorFlow Lite model: exported for use elsewhere, not to be read again", kWantedWeights);
    return refuse("is no weight file: it is neither a zip archive of PyTorch nor safetensors", kWantedWeights);
}

} // namespace intersect::weights
