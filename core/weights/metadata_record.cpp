// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weights/metadata_record.h"

#include "core/base/json_text.h"
#include "core/weights/safetensors_header.h"

namespace intersect::weights {

std::string metadataText(const std::map<std::string, std::string>& metadata) {
    return toText(Json{{"__metadata__", metadata}});
}

Result<std::map<std::string, std::string>> parseMetadata(std::string_view text, const std::filesystem::path& path) {
    SafetensorsHeader header = readHeader(text, 0);
    if (!header.fault.empty())
        return fail(ErrorCode::BadInput,
                    path.string() + " carries a record of class names (" + kMetadataRecord + ") that cannot be read: " + header.fault + ".",
                    path, 0, "Export the file again; it may be damaged.");
    return std::move(header.metadata);
}

} // namespace intersect::weights
