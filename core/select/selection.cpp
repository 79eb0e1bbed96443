// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/select/selection.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/base/numbers.h"
#include "core/select/camera_quotas.h"
#include "core/select/eligible_frames.h"
#include "core/select/frame_scores.h"
#include "core/select/diverse_rows.h"
#include "core/select/python_random.h"

namespace intersect::select {
namespace {

const std::vector<std::pair<Strategy, const char*>>& names() {
    static const std::vector<std::pair<Strategy, const char*>> kNames = {
        {Strategy::Random, "random"},           {Strategy::Equal, "equal"},         {Strategy::Proportional, "proportional"}, {Strategy::Counts, "counts"},
        {Strategy::MostObjects, "most-objects"}, {Strategy::MostClasses, "most-classes"}, {Strategy::Diverse, "diverse"},     {Strategy::Uncertain, "uncertain"},
        {Strategy::Disagreement, "disagreement"}, {Strategy::All, "all"}};
    return kNames;
}

tl::unexpected<Error> wrong(std::string message, std::string advice) {
    return fail(ErrorCode::BadInput, std::move(message), {}, 0, std::move(advice));
}

/// Strategies that put frames in an order of their own instead of drawing them.
bool ordersFrames(Strategy strategy) {
    return strategy == Strategy::MostObjects || strategy == Strategy::MostClasses || strategy == Strategy::Diverse || strategy == Strategy::Uncertain ||
           strategy == Strategy::Disagreement;
}

/// Chooses by one request: the cameras and their frames, the quotas, then the frames, all from one stream of random numbers.
class Chooser {
public:
    Chooser(const data::Dataset& dataset, const SelectionRequest& request, const FrameMeasures& measures)
        : m_dataset(dataset), m_request(request), m_measures(measures), m_random(request.seed) {}

    Result<void> plan() {
        if (auto enough = checkMeasures(); !enough)
            return enough;
        auto cameras = eligibleFrames(m_dataset, m_request, m_measures.groups);
        if (!cameras)
            return failAs(cameras);
        m_cameras = std::move(*cameras);
        std::int64_t available = 0;
        std::int64_t pinned = 0;
        for (const EligibleCamera& camera : m_cameras) {
            available += camera.available();
            pinned += static_cast<std::int64_t>(camera.pinned.size());
        }
        if (m_request.strategy == Strategy::Counts) {
            auto counted = countedQuotas(m_cameras, m_request);
            if (!counted)
                return failAs(counted);
            m_plan = std::move(*counted);
            m_count = std::accumulate(m_plan.quotas.begin(), m_plan.quotas.end(), std::int64_t{0},
                                      [](std::int64_t sum, const CameraQuota& quota) { return sum + quota.selected; });
            return {};
        }
        m_count = m_request.strategy == Strategy::All ? available : m_request.count;
        if (m_count < 1)
            return wrong("The number of frames asked for is " + std::to_string(m_count) + ".", "Ask for at least 1.");
        if (m_count > available)
            return wrong(std::to_string(m_count) + " frames are asked for, but there are only " + std::to_string(available) + ".",
                         "Ask for fewer, or add pools or cameras.");
        if (pinned > m_count)
            return wrong(std::to_string(pinned) + " frames are pinned, but only " + std::to_string(m_count) + " are asked for.", "Ask for more frames, or unpin some.");
        if (m_request.strategy == Strategy::Equal || (ordersFrames(m_request.strategy) && m_request.perCamera)) {
            m_plan = equalQuotas(m_cameras, m_count, m_random);
        } else if (m_request.strategy == Strategy::Proportional) {
            auto dealt = proportionalQuotas(m_cameras, m_count, m_request);
            if (!dealt)
                return failAs(dealt);
            m_plan = std::move(*dealt);
        } else {
            planFree(available, pinned);
        }
        return {};
    }

    std::vector<CameraQuota> takeQuotas() { return std::move(m_plan.quotas); }

    Selection draw() {
        Selection selection;
        selection.strategy = strategyName(m_request.strategy);
        selection.seed = m_request.seed;
        selection.count = m_count;
        std::vector<std::uint32_t> frames;
        frames.reserve(static_cast<std::size_t>(m_count));
        if (m_request.strategy == Strategy::All) {
            for (const EligibleCamera& camera : m_cameras) {
                std::vector<std::uint32_t> both = camera.pinned;
                both.insert(both.end(), camera.open.begin(), camera.open.end());
                std::sort(both.begin(), both.end());
                frames.insert(frames.end(), both.begin(), both.end());
            }
        } else if (m_request.strategy == Strategy::Random || ordersFrames(m_request.strategy)) {
            for (const EligibleCamera& camera : m_cameras)
                frames.insert(frames.end(), camera.pinned.begin(), camera.pinned.end());
            if (m_free.empty() && ordersFrames(m_request.strategy))
                m_free = ordered();
            frames.insert(frames.end(), m_free.begin(), m_free.end());
        } else {
            for (std::size_t i = 0; i < m_cameras.size(); ++i) {
                const EligibleCamera& camera = m_cameras[i];
                frames.insert(frames.end(), camera.pinned.begin(), camera.pinned.end());
                const std::int64_t open = m_plan.quotas[i].selected - static_cast<std::int64_t>(camera.pinned.size());
                for (const std::uint32_t at : m_random.sample(static_cast<std::uint32_t>(camera.open.size()), static_cast<std::uint32_t>(open)))
                    frames.push_back(camera.open[at]);
            }
        }
        for (const std::uint32_t frame : frames)
            selection.images.push_back(m_dataset.frames[frame].path);
        for (const EligibleCamera& camera : m_cameras) {
            for (const std::uint32_t frame : camera.pinned)
                selection.pins.push_back(m_dataset.frames[frame].path);
        }
        selection.cameras = std::move(m_plan.quotas);
        selection.notes = std::move(m_plan.notes);
        selection.settings = settings();
        return selection;
    }

private:
    Result<void> checkMeasures() const {
        const bool scored = m_request.strategy == Strategy::Uncertain || m_request.strategy == Strategy::Disagreement;
        const std::size_t frames = m_dataset.frames.size();
        if ((scored && m_measures.scores.size() != frames) ||
            (m_request.strategy == Strategy::Diverse && (m_measures.featureWidth == 0 || m_measures.features.size() != frames * m_measures.featureWidth)))
            return wrong(std::string("The strategy ") + strategyName(m_request.strategy) + " needs a network that has looked at the frames.", "Name its weights (--weights).");
        return {};
    }

    /// Where the rule looks at all frames at once the counts follow from the choice, so that is made here.
    void planFree(std::int64_t available, std::int64_t pinned) {
        std::vector<std::size_t> owner;
        std::vector<std::uint32_t> population;
        for (std::size_t i = 0; i < m_cameras.size(); ++i) {
            population.insert(population.end(), m_cameras[i].open.begin(), m_cameras[i].open.end());
            CameraQuota& quota = m_plan.quotas.emplace_back();
            quota.camera = m_cameras[i].camera->id();
            quota.name = m_cameras[i].camera->name;
            quota.available = m_cameras[i].available();
            quota.selected = static_cast<std::int64_t>(m_cameras[i].pinned.size());
        }
        if (m_request.strategy == Strategy::All) {
            for (CameraQuota& quota : m_plan.quotas)
                quota.selected = quota.available;
        } else {
            if (m_request.strategy == Strategy::Random) {
                for (const std::uint32_t at : m_random.sample(static_cast<std::uint32_t>(population.size()), static_cast<std::uint32_t>(m_count - pinned)))
                    m_free.push_back(population[at]);
            } else {
                m_free = ordered();
            }
            const std::vector<std::size_t> cameras = cameraPlaces();
            for (const std::uint32_t frame : m_free)
                ++m_plan.quotas[cameras[m_dataset.frames[frame].camera]].selected;
        }
        for (CameraQuota& quota : m_plan.quotas) {
            quota.quota = quota.selected;
            quota.exact = m_request.strategy == Strategy::Random ? static_cast<double>(m_count) * static_cast<double>(quota.available) / static_cast<double>(available)
                                                                 : static_cast<double>(quota.selected);
        }
    }

    /// By camera of the data set: its place among the chosen ones.
    std::vector<std::size_t> cameraPlaces() const {
        std::vector<std::size_t> places(m_dataset.cameras.size());
        for (std::size_t i = 0; i < m_cameras.size(); ++i)
            places[static_cast<std::size_t>(m_cameras[i].camera - m_dataset.cameras.data())] = i;
        return places;
    }

    /// How many open frames each camera may give: what is left of its quota, or all.
    std::vector<std::int64_t> rooms() const {
        std::vector<std::int64_t> room;
        for (std::size_t i = 0; i < m_cameras.size(); ++i)
            room.push_back(m_request.perCamera ? m_plan.quotas[i].selected - static_cast<std::int64_t>(m_cameras[i].pinned.size())
                                               : static_cast<std::int64_t>(m_cameras[i].open.size()));
        return room;
    }

    double scoreOf(std::uint32_t frame) const {
        switch (m_request.strategy) {
        case Strategy::MostObjects:
            return objectsIn(m_dataset.frames[frame]);
        case Strategy::MostClasses:
            return classesIn(m_dataset, m_dataset.frames[frame]);
        default:
            return m_measures.scores[frame];
        }
    }

    /// The open frames that a strategy with an order of its own takes, best first.
    std::vector<std::uint32_t> ordered() {
        std::vector<std::uint32_t> frames, pinned;
        std::vector<std::uint32_t> cameras;
        for (std::size_t i = 0; i < m_cameras.size(); ++i) {
            frames.insert(frames.end(), m_cameras[i].open.begin(), m_cameras[i].open.end());
            pinned.insert(pinned.end(), m_cameras[i].pinned.begin(), m_cameras[i].pinned.end());
            cameras.insert(cameras.end(), m_cameras[i].open.size(), static_cast<std::uint32_t>(i));
        }
        const std::int64_t wanted = m_count - static_cast<std::int64_t>(pinned.size());
        std::vector<std::uint32_t> taken;
        if (frames.empty() || wanted < 1)
            return taken;
        std::vector<std::int64_t> room = rooms();
        if (m_request.strategy == Strategy::Diverse) {
            DiverseRequest request;
            request.centers = pinned;
            request.rows = frames;
            request.cameras = cameras;
            request.room = room;
            request.count = wanted;
            request.first = m_random.below(static_cast<std::uint32_t>(frames.size()));
            const FeatureRows features{m_measures.features, m_measures.featureWidth};
            for (const std::uint32_t at : m_request.diverse == DiverseRule::KCenter ? kCenter(features, request) : facilityLocation(features, request))
                taken.push_back(frames[at]);
            return taken;
        }
        std::vector<std::uint32_t> order(frames.size());
        std::iota(order.begin(), order.end(), 0U);
        m_random.shuffle(order); // frames of equal score come in an order drawn by lot
        std::vector<double> scores(frames.size());
        for (std::size_t i = 0; i < frames.size(); ++i)
            scores[i] = scoreOf(frames[i]);
        std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return scores[a] > scores[b]; });
        for (const std::uint32_t at : order) {
            if (static_cast<std::int64_t>(taken.size()) == wanted)
                break;
            if (room[cameras[at]]-- > 0)
                taken.push_back(frames[at]);
        }
        return taken;
    }

    std::vector<std::pair<std::string, std::string>> settings() const {
        std::vector<std::pair<std::string, std::string>> kept;
        if (m_request.strategy == Strategy::Proportional && !m_request.ranking.empty()) {
            kept.emplace_back("ranking", joinedNames(m_request.ranking));
            kept.emplace_back("ratio", formatShortest(m_request.ratio));
        }
        if (m_request.strategy == Strategy::Diverse)
            kept.emplace_back("diverse-by", diverseRuleName(m_request.diverse));
        if (ordersFrames(m_request.strategy) && m_request.perCamera)
            kept.emplace_back("per-camera", "equal");
        if (!m_request.bars.empty())
            kept.emplace_back("barred", std::to_string(m_request.bars.size()));
        if (!m_measures.groups.empty())
            kept.emplace_back("near-duplicates", "excluded");
        kept.insert(kept.end(), m_request.settings.begin(), m_request.settings.end());
        return kept;
    }

    const data::Dataset& m_dataset;
    const SelectionRequest& m_request;
    const FrameMeasures& m_measures;
    PythonRandom m_random;
    std::vector<EligibleCamera> m_cameras;
    QuotaPlan m_plan;                  // one quota a camera, in their order
    std::vector<std::uint32_t> m_free; // frames chosen without quotas
    std::int64_t m_count = 0;
};

} // namespace

const std::vector<Strategy>& strategies() {
    static const std::vector<Strategy> kAll = [] {
        std::vector<Strategy> all;
        for (const auto& [strategy, name] : names())
            all.push_back(strategy);
        return all;
    }();
    return kAll;
}

const char* strategyName(Strategy strategy) {
    return std::find_if(names().begin(), names().end(), [&](const auto& entry) { return entry.first == strategy; })->second;
}

const char* diverseRuleName(DiverseRule rule) {
    return rule == DiverseRule::KCenter ? "k-center" : "facility-location";
}

Result<Strategy> strategyFromName(const std::string& name) {
    std::vector<std::string> known;
    for (const auto& [strategy, word] : names()) {
        if (name == word)
            return strategy;
        known.emplace_back(word);
    }
    return fail(ErrorCode::Usage, "There is no strategy \"" + name + "\".", {}, 0, "The strategies are " + joinedNames(known) + ".");
}

Result<Selection> selectFrames(const data::Dataset& dataset, const SelectionRequest& request, const FrameMeasures& measures) {
    Chooser chooser(dataset, request, measures);
    if (auto planned = chooser.plan(); !planned)
        return failAs(planned);
    return chooser.draw();
}

Result<std::vector<CameraQuota>> quotasFor(const data::Dataset& dataset, const SelectionRequest& request, const FrameMeasures& measures) {
    Chooser chooser(dataset, request, measures);
    if (auto planned = chooser.plan(); !planned)
        return failAs(planned);
    return chooser.takeQuotas();
}

Result<std::vector<std::uint32_t>> framesInReach(const data::Dataset& dataset, const SelectionRequest& request) {
    const auto cameras = camerasOf(dataset, request);
    if (!cameras)
        return failAs(cameras);
    std::vector<std::uint32_t> frames;
    for (const data::Camera* camera : *cameras) {
        frames.resize(frames.size() + camera->frameCount);
        std::iota(frames.end() - camera->frameCount, frames.end(), camera->frameBegin);
    }
    return frames;
}

} // namespace intersect::select
