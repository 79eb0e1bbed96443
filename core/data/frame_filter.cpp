// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/frame_filter.h"

#include <algorithm>
#include <limits>

namespace intersect::data {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string_view fileNameOf(const std::filesystem::path& path) {
    const std::string_view text = path.native();
    const std::size_t slash = text.rfind('/');
    return slash == std::string_view::npos ? text : text.substr(slash + 1);
}

bool containsNoCase(std::string_view text, std::string_view lowered) {
    return std::search(text.begin(), text.end(), lowered.begin(), lowered.end(), [](char a, char b) { return lower(a) == b; }) != text.end();
}

/// From class ids to places in a dense array: small ids by a table, others by search.
class ClassPlaces {
public:
    explicit ClassPlaces(std::vector<int> ids) : m_ids(std::move(ids)) {
        for (std::size_t i = 0; i < m_ids.size(); ++i)
            if (m_ids[i] >= 0 && m_ids[i] < kTable)
                m_table[static_cast<std::size_t>(m_ids[i])] = static_cast<std::uint32_t>(i);
    }
    std::size_t of(int id) const {
        if (id >= 0 && id < kTable)
            return m_table[static_cast<std::size_t>(id)];
        return static_cast<std::size_t>(std::lower_bound(m_ids.begin(), m_ids.end(), id) - m_ids.begin());
    }
    const std::vector<int>& ids() const { return m_ids; }

private:
    static constexpr int kTable = 256;
    std::vector<int> m_ids;
    std::array<std::uint32_t, kTable> m_table{};
};

bool within(std::int64_t boxes, const FrameFilter& filter) {
    return boxes >= filter.boxesFrom && (filter.boxesTo < 0 || boxes <= filter.boxesTo);
}

/// Boxes of one frame that count, in all, by class and by size.
struct BoxCounts {
    std::int64_t matching = 0;
    std::vector<std::uint32_t> byClass; ///< of the sizes wanted
    std::array<std::uint32_t, kObjectSizes> bySize{}; ///< of the classes wanted
};

/// The groups of conditions a frame may fail.
enum Group : unsigned { Text = 1, Boxes = 2, Hour = 4, Unlabelled = 8, Findings = 16, Use = 32 };

} // namespace

bool FrameFilter::anyUse() const {
    return std::all_of(uses.begin(), uses.end(), [](bool on) { return on; });
}

std::optional<ObjectSize> objectSizeOf(const Label& label, Size frame) {
    if (frame.width <= 0 || frame.height <= 0)
        return std::nullopt;
    const double area = label.box.w * frame.width * label.box.h * frame.height;
    return area < 32.0 * 32.0 ? ObjectSize::Small : area < 96.0 * 96.0 ? ObjectSize::Medium : ObjectSize::Large;
}

int hourOf(std::int64_t takenAt) {
    const std::int64_t ofDay = ((takenAt % 86400) + 86400) % 86400;
    return static_cast<int>(ofDay / 3600);
}

std::vector<int> classesOf(const Dataset& dataset) {
    std::vector<int> ids;
    for (const Label& label : dataset.labels)
        if (std::find(ids.begin(), ids.end(), label.classId) == ids.end())
            ids.push_back(label.classId);
    std::sort(ids.begin(), ids.end());
    return ids;
}

FilteredFrames filterFrames(const Dataset& dataset, const FrameContext& context, std::span<const std::uint32_t> cameras, const FrameFilter& filter,
                            FrameSort sort, const StopCheck& stop) {
    FilteredFrames result;
    const ClassPlaces places(classesOf(dataset));
    const std::size_t classes = places.ids().size();
    std::vector<char> classWanted(classes, filter.allClasses ? 1 : 0);
    for (const int id : filter.classes)
        if (const std::size_t place = places.of(id); place < classes && places.ids()[place] == id)
            classWanted[place] = 1;
    std::vector<std::int64_t> classCounts(classes, 0);
    const bool boxesRestricted = !filter.allClasses || !filter.anySize();

    std::string text = filter.text;
    std::transform(text.begin(), text.end(), text.begin(), lower);
    std::vector<char> codeWanted;
    if (!filter.findingCode.empty()) {
        codeWanted.resize(dataset.findings.size());
        for (std::size_t i = 0; i < codeWanted.size(); ++i)
            codeWanted[i] = dataset.findings[i].code == filter.findingCode ? 1 : 0;
    }

    BoxCounts boxes;
    boxes.byClass.resize(classes);
    std::vector<std::uint32_t> order; // boxes that count, beside result.frames
    for (const std::uint32_t index : cameras) {
        if (stop && stop())
            return result;
        const Camera& camera = dataset.cameras[index];
        for (std::uint32_t i = camera.frameBegin; i < camera.frameBegin + camera.frameCount; ++i) {
            const Frame& frame = dataset.frames[i];
            unsigned failed = 0;
            if (!text.empty() && !containsNoCase(fileNameOf(frame.path), text))
                failed |= Text;
            const int hour = frame.takenAt ? hourOf(*frame.takenAt) : -1;
            if (!filter.anyHour()) {
                const bool in = filter.hourFrom <= filter.hourTo ? hour >= filter.hourFrom && hour < filter.hourTo
                                                                 : hour >= filter.hourFrom || (hour >= 0 && hour < filter.hourTo);
                if (!in || hour < 0)
                    failed |= Hour;
            }
            if (filter.withoutLabels && frame.labelled)
                failed |= Unlabelled;
            bool found = false, foundCode = filter.findingCode.empty();
            if (!context.findingBegin.empty())
                for (std::uint32_t f = context.findingBegin[i]; f < context.findingBegin[i + 1]; ++f) {
                    found = true;
                    foundCode = foundCode || codeWanted[context.findingOrder[f]] != 0;
                }
            if ((filter.withFindings && !found) || !foundCode)
                failed |= Findings;
            const FrameUse use = context.use.empty() ? FrameUse::Unused : context.use[i];
            if (!filter.uses[static_cast<std::size_t>(use)])
                failed |= Use;
            if ((failed & (failed - 1)) != 0)
                continue; // two groups failed: this frame counts nowhere

            boxes.matching = 0;
            std::fill(boxes.byClass.begin(), boxes.byClass.end(), 0U);
            boxes.bySize = {};
            for (const Label& label : dataset.labelsOf(frame)) {
                const std::size_t place = places.of(label.classId);
                const auto size = objectSizeOf(label, frame.size);
                const bool sizeFits = filter.anySize() || (size && filter.sizes[static_cast<std::size_t>(*size)]);
                if (sizeFits)
                    ++boxes.byClass[place];
                if (classWanted[place] != 0) {
                    if (size)
                        ++boxes.bySize[static_cast<std::size_t>(*size)];
                    boxes.matching += sizeFits ? 1 : 0;
                }
            }
            // Without labels there is no box that could count: such a frame passes where just those are asked for.
            const bool boxesFit = within(boxes.matching, filter) &&
                                  (!boxesRestricted || boxes.matching > 0 || (filter.withoutLabels && !frame.labelled));
            if (!boxesFit)
                failed |= Boxes;

            if (failed == 0) {
                result.frames.push_back(i);
                order.push_back(static_cast<std::uint32_t>(boxes.matching));
            }
            if ((failed & ~static_cast<unsigned>(Boxes)) == 0) {
                for (std::size_t place = 0; place < classes; ++place)
                    classCounts[place] += boxes.byClass[place] > 0 && within(boxes.byClass[place], filter) ? 1 : 0;
                for (std::size_t size = 0; size < kObjectSizes; ++size)
                    result.counts.sizes[size] += boxes.bySize[size] > 0 && within(boxes.bySize[size], filter) ? 1 : 0;
            }
            if ((failed & ~static_cast<unsigned>(Hour)) == 0 && hour >= 0)
                ++result.counts.hours[static_cast<std::size_t>(hour)];
            if ((failed & ~static_cast<unsigned>(Use)) == 0)
                ++result.counts.uses[static_cast<std::size_t>(use)];
            if ((failed & ~static_cast<unsigned>(Findings)) == 0 && found)
                ++result.counts.withFindings;
            // Alone in its group: without labels there are no boxes to ask for, unless some are asked for by number.
            if ((failed & ~static_cast<unsigned>(Unlabelled | Boxes)) == 0 && !frame.labelled && within(0, filter))
                ++result.counts.withoutLabels;
        }
    }
    for (std::size_t place = 0; place < classes; ++place)
        result.counts.classes[places.ids()[place]] = classCounts[place];
    if (sort == FrameSort::CameraTime)
        return result;

    std::vector<std::uint32_t> turns(result.frames.size());
    for (std::uint32_t k = 0; k < turns.size(); ++k)
        turns[k] = k;
    const auto time = [&](std::uint32_t k) {
        return dataset.frames[result.frames[k]].takenAt.value_or(std::numeric_limits<std::int64_t>::max());
    };
    std::stable_sort(turns.begin(), turns.end(), [&](std::uint32_t a, std::uint32_t b) {
        if (sort == FrameSort::Time)
            return time(a) < time(b);
        return sort == FrameSort::MostBoxes ? order[a] > order[b] : order[a] < order[b];
    });
    std::vector<std::uint32_t> sorted(turns.size());
    for (std::size_t k = 0; k < turns.size(); ++k)
        sorted[k] = result.frames[turns[k]];
    result.frames = std::move(sorted);
    return result;
}

} // namespace intersect::data
