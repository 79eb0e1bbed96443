// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/select/selection.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>

#include "core/base/numbers.h"
#include "core/select/apportion.h"
#include "core/select/python_random.h"

namespace intersect::select {
namespace {

constexpr std::array<Strategy, 5> kStrategies = {Strategy::Random, Strategy::Equal, Strategy::Proportional, Strategy::Counts, Strategy::All};

tl::unexpected<Error> wrong(std::string message, std::string advice) {
    return fail(ErrorCode::BadInput, std::move(message), {}, 0, std::move(advice));
}

template <class List>
std::string joined(const List& list) {
    std::string text;
    for (const std::string& one : list)
        text += (text.empty() ? "" : ", ") + one;
    return text;
}

/// Chooses by one request: the cameras, their quotas, then the frames, all from one stream of random numbers.
class Chooser {
public:
    Chooser(const data::Dataset& dataset, const SelectionRequest& request) : m_dataset(dataset), m_request(request), m_random(request.seed) {}

    Result<void> plan() {
        if (auto found = findCameras(); !found)
            return found;
        const std::int64_t available = std::accumulate(m_quotas.begin(), m_quotas.end(), std::int64_t{0},
                                                       [](std::int64_t sum, const CameraQuota& quota) { return sum + quota.available; });
        m_count = m_request.count;
        if (m_request.strategy == Strategy::All)
            m_count = available;
        else if (m_request.strategy == Strategy::Counts)
            return planCounts();
        if (m_count < 1)
            return wrong("The number of frames asked for is " + std::to_string(m_count) + ".", "Ask for at least 1.");
        if (m_count > available)
            return wrong(std::to_string(m_count) + " frames are asked for, but there are only " + std::to_string(available) + ".",
                         "Ask for fewer, or add pools or cameras.");
        switch (m_request.strategy) {
        case Strategy::Random:
            planRandom(available);
            return {};
        case Strategy::Equal:
            planEqual();
            return {};
        case Strategy::Proportional:
            return planProportional();
        default:
            for (CameraQuota& quota : m_quotas)
                quota.exact = static_cast<double>(quota.quota = quota.selected = quota.available);
            return {};
        }
    }

    std::vector<CameraQuota> takeQuotas() { return std::move(m_quotas); }

    Selection draw() {
        Selection selection;
        selection.strategy = strategyName(m_request.strategy);
        selection.seed = m_request.seed;
        selection.count = m_count;
        selection.images.reserve(static_cast<std::size_t>(m_count));
        if (m_request.strategy == Strategy::Random) {
            for (const std::uint32_t frame : m_drawn)
                selection.images.push_back(m_dataset.frames[frame].path);
        } else {
            for (std::size_t i = 0; i < m_cameras.size(); ++i) {
                const auto frames = m_dataset.framesOf(*m_cameras[i]);
                if (m_request.strategy == Strategy::All) {
                    for (const data::Frame& frame : frames)
                        selection.images.push_back(frame.path);
                    continue;
                }
                for (const std::uint32_t frame : m_random.sample(camerasFrames(i), static_cast<std::uint32_t>(m_quotas[i].selected)))
                    selection.images.push_back(frames[frame].path);
            }
        }
        selection.cameras = std::move(m_quotas);
        selection.notes = std::move(m_notes);
        return selection;
    }

private:
    std::uint32_t camerasFrames(std::size_t i) const { return m_cameras[i]->frameCount; }

    Result<void> findCameras() {
        const std::vector<std::string> pools = m_dataset.pools();
        for (const std::string& pool : m_request.pools) {
            if (!std::binary_search(pools.begin(), pools.end(), pool))
                return wrong("There is no pool \"" + pool + "\" in " + m_dataset.root.string() + ".", "Its pools are " + joined(pools) + ".");
        }
        std::vector<const data::Camera*> inPools;
        for (const data::Camera& camera : m_dataset.cameras) {
            if (m_request.pools.empty() || std::find(m_request.pools.begin(), m_request.pools.end(), camera.pool) != m_request.pools.end())
                inPools.push_back(&camera);
        }
        const auto named = [&](const data::Camera& camera, const std::string& name) { return camera.name == name || camera.id() == name; };
        for (const std::string& name : m_request.cameras) {
            if (std::none_of(inPools.begin(), inPools.end(), [&](const data::Camera* camera) { return named(*camera, name); })) {
                std::set<std::string> known;
                for (const data::Camera* camera : inPools)
                    known.insert(camera->id());
                return wrong("There is no camera \"" + name + "\" in the chosen pools.", "The cameras are " + joined(known) + ".");
            }
        }
        for (const data::Camera* camera : inPools) {
            if (m_request.cameras.empty() || std::any_of(m_request.cameras.begin(), m_request.cameras.end(), [&](const std::string& name) { return named(*camera, name); }))
                m_cameras.push_back(camera);
        }
        for (const data::Camera* camera : m_cameras) {
            CameraQuota quota;
            quota.camera = camera->id();
            quota.name = camera->name;
            quota.available = camera->frameCount;
            m_quotas.push_back(std::move(quota));
        }
        return {};
    }

    /// The one chosen camera of that name or id.
    Result<std::size_t> cameraNamed(const std::string& name) const {
        std::optional<std::size_t> found;
        std::set<std::string> ids;
        for (std::size_t i = 0; i < m_quotas.size(); ++i) {
            if (m_quotas[i].camera == name)
                return i;
            if (m_quotas[i].name == name) {
                if (found)
                    return wrong("There are several cameras \"" + name + "\" in the chosen pools.",
                                 "Write " + m_quotas[*found].camera + " or " + m_quotas[i].camera + ", or choose one pool.");
                found = i;
            }
            ids.insert(m_quotas[i].camera);
        }
        if (!found)
            return wrong("There is no camera \"" + name + "\" among the chosen ones.", "The cameras are " + joined(ids) + ".");
        return *found;
    }

    void planRandom(std::int64_t available) {
        std::vector<std::uint32_t> population;
        std::vector<std::size_t> owner;
        for (std::size_t i = 0; i < m_cameras.size(); ++i) {
            for (std::uint32_t k = 0; k < m_cameras[i]->frameCount; ++k) {
                population.push_back(m_cameras[i]->frameBegin + k);
                owner.push_back(i);
            }
        }
        for (const std::uint32_t at : m_random.sample(static_cast<std::uint32_t>(population.size()), static_cast<std::uint32_t>(m_count))) {
            m_drawn.push_back(population[at]);
            ++m_quotas[owner[at]].selected;
        }
        for (CameraQuota& quota : m_quotas) {
            quota.exact = static_cast<double>(m_count) * static_cast<double>(quota.available) / static_cast<double>(available);
            quota.quota = quota.selected;
        }
    }

    void planEqual() {
        // The frames left over go to cameras drawn by lot, not to the first ones by name.
        const auto cameras = static_cast<std::uint32_t>(m_cameras.size());
        const std::vector<std::uint32_t> drawn = m_random.sample(cameras, cameras);
        deal({drawn.begin(), drawn.end()}, std::vector<double>(cameras, 1.0));
    }

    Result<void> planProportional() {
        if (!(m_request.ratio > 0 && m_request.ratio <= 1))
            return wrong("The ratio is " + formatShortest(m_request.ratio) + ", but a camera's weight is ratio to the power of its rank.",
                         "Choose a ratio above 0 and at most 1.");
        std::vector<std::size_t> order;
        std::vector<bool> ranked(m_cameras.size());
        for (const std::string& name : m_request.ranking) {
            const auto camera = cameraNamed(name);
            if (!camera)
                return failAs(camera);
            if (ranked[*camera])
                return wrong("The ranking names the camera \"" + name + "\" twice.", "Name every camera once.");
            ranked[*camera] = true;
            order.push_back(*camera);
        }
        std::vector<std::string> missing;
        for (std::size_t i = 0; i < m_cameras.size(); ++i) {
            if (!ranked[i])
                missing.push_back(m_quotas[i].camera);
        }
        if (!missing.empty())
            return wrong("The ranking does not name " + joined(missing) + ".", "Name every chosen camera, most useful first, or narrow the choice to the ranked ones.");
        std::vector<double> weights;
        for (std::size_t rank = 0; rank < order.size(); ++rank)
            weights.push_back(std::pow(m_request.ratio, static_cast<double>(rank)));
        deal(order, weights);
        return {};
    }

    Result<void> planCounts() {
        std::vector<bool> named(m_cameras.size());
        std::int64_t sum = 0;
        for (const auto& [name, count] : m_request.counts) {
            const auto camera = cameraNamed(name);
            if (!camera)
                return failAs(camera);
            CameraQuota& quota = m_quotas[*camera];
            if (named[*camera])
                return wrong("The counts name the camera " + quota.camera + " twice.", "Name every camera once.");
            named[*camera] = true;
            if (count < 0)
                return wrong("The count of " + name + " is " + std::to_string(count) + ".", "Ask for 0 or more.");
            if (count > quota.available)
                return wrong(std::to_string(count) + " frames are asked of " + quota.camera + ", but it has only " + std::to_string(quota.available) + ".", "Ask for fewer.");
            quota.exact = static_cast<double>(count);
            quota.quota = quota.selected = count;
            sum += count;
        }
        if (m_request.count != 0 && m_request.count != sum)
            return wrong("The counts sum to " + std::to_string(sum) + ", but " + std::to_string(m_request.count) + " frames are asked for.",
                         "Leave the number out, or make the two agree.");
        if (sum < 1)
            return wrong("The counts ask for no frame.", "Write counts such as 170=27,173=40.");
        m_count = sum;
        return {};
    }

    /// Deals the budget to the cameras in that order by the largest remainder; what a short camera lacks is dealt on by the same weights.
    void deal(const std::vector<std::size_t>& order, const std::vector<double>& weights) {
        std::vector<std::int64_t> capacity;
        for (const std::size_t i : order)
            capacity.push_back(m_quotas[i].available);
        const std::vector<double> exact = exactShares(m_count, weights);
        const std::vector<std::int64_t> asked = largestRemainder(m_count, weights);
        const std::vector<std::int64_t> given = apportionWithin(m_count, weights, capacity);
        for (std::size_t k = 0; k < order.size(); ++k) {
            CameraQuota& quota = m_quotas[order[k]];
            quota.exact = exact[k];
            quota.quota = asked[k];
            quota.selected = given[k];
        }
        for (const CameraQuota& quota : m_quotas) {
            if (quota.selected < quota.quota)
                m_notes.push_back("Camera " + quota.camera + " has " + std::to_string(quota.available) + " of the " + std::to_string(quota.quota) +
                                  " frames asked of it; the other " + std::to_string(quota.quota - quota.selected) + " were dealt on to the other cameras.");
        }
    }

    const data::Dataset& m_dataset;
    const SelectionRequest& m_request;
    PythonRandom m_random;
    std::vector<const data::Camera*> m_cameras;
    std::vector<CameraQuota> m_quotas; // one a camera, in its order
    std::vector<std::uint32_t> m_drawn; // random only: frames of the data set
    std::vector<std::string> m_notes;
    std::int64_t m_count = 0;
};

} // namespace

const char* strategyName(Strategy strategy) {
    switch (strategy) {
    case Strategy::Random:
        return "random";
    case Strategy::Equal:
        return "equal";
    case Strategy::Proportional:
        return "proportional";
    case Strategy::Counts:
        return "counts";
    case Strategy::All:
        return "all";
    }
    return "random";
}

Result<Strategy> strategyFromName(const std::string& name) {
    std::vector<std::string> known;
    for (const Strategy strategy : kStrategies) {
        if (name == strategyName(strategy))
            return strategy;
        known.emplace_back(strategyName(strategy));
    }
    return fail(ErrorCode::Usage, "There is no strategy \"" + name + "\".", {}, 0, "The strategies are " + joined(known) + ".");
}

Result<Selection> selectFrames(const data::Dataset& dataset, const SelectionRequest& request) {
    Chooser chooser(dataset, request);
    if (auto planned = chooser.plan(); !planned)
        return failAs(planned);
    return chooser.draw();
}

Result<std::vector<CameraQuota>> quotasFor(const data::Dataset& dataset, const SelectionRequest& request) {
    Chooser chooser(dataset, request);
    if (auto planned = chooser.plan(); !planned)
        return failAs(planned);
    return chooser.takeQuotas();
}

} // namespace intersect::select
