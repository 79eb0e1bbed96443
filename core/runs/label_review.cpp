// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/label_review.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

#include "core/base/file_lock.h"
#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/data/yolo_labels.h"

namespace intersect::runs {
namespace fs = std::filesystem;
namespace {

constexpr std::chrono::milliseconds kLockPatience(2000);

/// The text of a picture's own label file; empty without one.
Result<std::string> originalText(const fs::path& image) {
    const fs::path path = data::labelPathOf(image);
    std::error_code none;
    if (!fs::exists(path, none))
        return std::string();
    return readFile(path, data::kMaxLabelBytes);
}

bool isSame(const ReviewedLabel& a, const ReviewedLabel& b) {
    return formatDecision(a) == formatDecision(b);
}

Result<FileLock> lockReview(const fs::path& folder) {
    const fs::path path = folder / ".lock";
    if (const auto made = makeFolder(folder); !made)
        return failAs(made);
    auto lock = FileLock::take(path, kLockPatience);
    if (lock)
        return std::move(*lock);
    if (lock.error() == EWOULDBLOCK)
        return fail(ErrorCode::Failed, "Another window is writing to " + folder.string() + "; nothing was changed.", path, 0, "Try again.");
    return fail(ErrorCode::Failed, folder.string() + " cannot be written to: " + std::strerror(lock.error()) + ".", path, 0,
                "Give yourself the right to write to that folder.");
}

fs::file_time_type timeOf(const fs::path& file) {
    std::error_code none;
    return fs::last_write_time(file, none);
}

} // namespace

Result<LabelReview> LabelReview::open(const Workspace& workspace) {
    LabelReview review;
    review.m_folder = workspace.folder / "labels" / "corrected";
    review.m_dataRoot = workspace.dataRoot;
    std::error_code none;
    if (!fs::exists(review.file(), none))
        return review;
    // Under the lock, so that no other window is between its two files.
    const auto lock = lockReview(review.m_folder);
    review.m_readAt = timeOf(review.file());
    auto decisions = review.read();
    if (!decisions)
        return failAs(decisions);
    std::set<std::string> images;
    for (const ReviewedLabel& decision : *decisions)
        images.insert(decision.image);
    for (const std::string& image : images)
        if (const auto written = review.writeCorrected(*decisions, image); !written)
            return failAs(written);
    review.m_decisions = std::move(*decisions);
    review.m_undo = review.m_decisions;
    return review;
}

Result<std::vector<ReviewedLabel>> LabelReview::read() const {
    std::vector<ReviewedLabel> decisions;
    std::error_code none;
    if (!fs::exists(file(), none))
        return decisions;
    const auto text = readFile(file());
    if (!text)
        return failAs(text);
    int number = 0;
    for (const std::string_view line : splitAt(*text, '\n')) {
        ++number;
        if (trimmed(line).empty())
            continue;
        auto decision = decisionFrom(line, file());
        if (!decision)
            return fail(ErrorCode::BadInput,
                        "Line " + std::to_string(number) + " of " + file().string() +
                            " is no decision on a label; nothing was changed.",
                        file(), number, "Repair or remove that line, or move the file away to begin anew.");
        decisions.push_back(std::move(*decision));
    }
    return decisions;
}

Result<void> LabelReview::write(const std::vector<ReviewedLabel>& decisions) const {
    std::string text;
    for (const ReviewedLabel& decision : decisions)
        text += formatDecision(decision);
    return writeFileAtomically(file(), text);
}

std::int64_t LabelReview::accepted() const {
    return std::ranges::count_if(m_decisions, &ReviewedLabel::accepted);
}

std::int64_t LabelReview::dismissed() const {
    return static_cast<std::int64_t>(m_decisions.size()) - accepted();
}

std::int64_t LabelReview::lost() const {
    std::int64_t sum = 0;
    for (const auto& [image, count] : m_lost)
        sum += count;
    return sum;
}

fs::path LabelReview::pictureOf(const std::string& image) const {
    return fs::path(image).is_absolute() ? fs::path(image) : m_dataRoot / image;
}

fs::path LabelReview::correctedPicture(const std::string& image) const {
    fs::path place(image);
    // A picture outside the data root keeps its folder and the one above.
    if (place.is_absolute())
        place = place.parent_path().parent_path().filename() / place.parent_path().filename() / place.filename();
    // YOLO looks for labels beside a picture only where no folder above it is called images.
    fs::path beside;
    for (const fs::path& part : place)
        beside /= part == "images" ? fs::path("frames") : part;
    return m_folder / beside;
}

fs::path LabelReview::correctedFile(const std::string& image) const {
    return correctedPicture(image).replace_extension(".txt");
}

Result<void> LabelReview::linkPicture(const std::string& image) const {
    const fs::path link = correctedPicture(image), picture = pictureOf(image);
    std::error_code error;
    if (fs::is_symlink(link, error) && fs::read_symlink(link, error) == picture)
        return {};
    if (const auto made = makeFolder(link.parent_path()); !made)
        return made;
    fs::remove(link, error);
    fs::create_symlink(picture, link, error);
    if (error)
        return fail(ErrorCode::Failed, "A link to the picture cannot be made at " + link.string() + ": " + error.message() + ".", link, 0,
                    "Keep the workspace on a disk that has links, and where you may write.");
    return {};
}

Result<void> LabelReview::writeCorrected(const std::vector<ReviewedLabel>& decisions, const std::string& image) {
    std::vector<ReviewedLabel> own;
    std::ranges::copy_if(decisions, std::back_inserter(own),
                         [&](const ReviewedLabel& decision) { return decision.accepted && decision.image == image; });
    const fs::path path = correctedFile(image);
    if (own.empty()) {
        for (const fs::path& gone : {path, correctedPicture(image)}) {
            std::error_code error;
            fs::remove(gone, error);
            if (error)
                return fail(ErrorCode::Failed, gone.string() + " cannot be removed: " + error.message() + ".", gone, 0,
                            "Give yourself the right to write to that folder.");
        }
        m_lost.erase(image);
        return {};
    }
    const auto original = originalText(pictureOf(image));
    if (!original)
        return failAs(original);
    const CorrectedText corrected = correctedLabels(*original, own);
    m_lost[image] = corrected.lost;
    if (const auto linked = linkPicture(image); !linked)
        return linked;
    std::error_code none;
    if (fs::exists(path, none))
        if (const auto now = readFile(path, data::kMaxLabelBytes); now && *now == corrected.text)
            return {};
    return writeFileAtomically(path, corrected.text);
}

Result<bool> LabelReview::change(const Change& how) {
    const auto lock = lockReview(m_folder);
    if (!lock)
        return failAs(lock);
    const auto before = read();
    if (!before)
        return failAs(before);
    std::vector<ReviewedLabel> after = *before;
    const std::optional<std::string> image = how(after);
    // What is added is written down before the corrected file is made, what is taken away after it: where a crash falls
    // between the two, the next start knows the decision and makes the file anew.
    const bool adds = after.size() >= before->size();
    const auto undone = [&](const Result<void>& failed) -> Result<bool> {
        static_cast<void>(write(*before)); // the first failure is the one to tell
        static_cast<void>(writeCorrected(*before, *image));
        return failAs(failed);
    };
    if (image) {
        if (adds)
            if (const auto written = write(after); !written)
                return failAs(written);
        if (const auto written = writeCorrected(after, *image); !written)
            return undone(written);
        if (!adds)
            if (const auto written = write(after); !written)
                return undone(written);
    }
    m_decisions = std::move(after);
    m_readAt = timeOf(file());
    return image.has_value();
}

Result<bool> LabelReview::refresh() {
    if (timeOf(file()) == m_readAt)
        return false;
    const auto changed = change([](std::vector<ReviewedLabel>&) { return std::nullopt; });
    if (!changed)
        return failAs(changed);
    return true;
}

Result<void> LabelReview::decide(ReviewedLabel decision) {
    const auto sameAsked = [&](const ReviewedLabel& other) { return sameQuestion(other, decision); };
    const auto done = change([&](std::vector<ReviewedLabel>& decisions) {
        std::erase_if(decisions, sameAsked);
        decisions.push_back(decision);
        return std::optional(decision.image);
    });
    if (!done)
        return failAs(done);
    std::erase_if(m_undo, sameAsked);
    m_undo.push_back(std::move(decision));
    m_redo.clear();
    return {};
}

Result<std::optional<ReviewedLabel>> LabelReview::undo() {
    while (!m_undo.empty()) {
        const ReviewedLabel last = m_undo.back();
        const auto done = change([&](std::vector<ReviewedLabel>& decisions) -> std::optional<std::string> {
            const auto at = std::ranges::find_if(decisions, [&](const ReviewedLabel& one) { return isSame(one, last); });
            if (at == decisions.end())
                return std::nullopt; // another window took it back
            decisions.erase(at);
            return last.image;
        });
        if (!done)
            return failAs(done);
        m_undo.pop_back();
        if (*done) {
            m_redo.push_back(last);
            return std::optional(last);
        }
    }
    return std::optional<ReviewedLabel>();
}

Result<std::optional<ReviewedLabel>> LabelReview::redo() {
    while (!m_redo.empty()) {
        const ReviewedLabel next = m_redo.back();
        const auto done = change([&](std::vector<ReviewedLabel>& decisions) -> std::optional<std::string> {
            if (std::ranges::any_of(decisions, [&](const ReviewedLabel& one) { return sameQuestion(one, next); }))
                return std::nullopt; // another window decided on it
            decisions.push_back(next);
            return next.image;
        });
        if (!done)
            return failAs(done);
        m_redo.pop_back();
        if (*done) {
            m_undo.push_back(next);
            return std::optional(next);
        }
    }
    return std::optional<ReviewedLabel>();
}

} // namespace intersect::runs
