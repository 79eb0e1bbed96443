// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/select/camera_quotas.h"

#include <cmath>
#include <numeric>
#include <optional>

#include "core/base/numbers.h"
#include "core/select/apportion.h"

namespace intersect::select {
namespace {

tl::unexpected<Error> wrong(std::string message, std::string advice) {
    return fail(ErrorCode::BadInput, std::move(message), {}, 0, std::move(advice));
}

QuotaPlan emptyPlan(const std::vector<EligibleCamera>& cameras) {
    QuotaPlan plan;
    for (const EligibleCamera& camera : cameras) {
        CameraQuota& quota = plan.quotas.emplace_back();
        quota.camera = camera.camera->id();
        quota.name = camera.camera->name;
        quota.available = camera.available();
    }
    return plan;
}

/// The one camera of that name or id.
Result<std::size_t> cameraNamed(const std::vector<CameraQuota>& quotas, const std::string& name) {
    std::optional<std::size_t> found;
    std::set<std::string> ids;
    for (std::size_t i = 0; i < quotas.size(); ++i) {
        if (quotas[i].camera == name)
            return i;
        if (quotas[i].name == name) {
            if (found)
                return wrong("There are several cameras \"" + name + "\" in the chosen pools.",
                             "Write " + quotas[*found].camera + " or " + quotas[i].camera + ", or choose one pool.");
            found = i;
        }
        ids.insert(quotas[i].camera);
    }
    if (!found)
        return wrong("There is no camera \"" + name + "\" among the chosen ones.", "The cameras are " + joinedNames(ids) + ".");
    return *found;
}

/// Deals the budget to the cameras in that order by the largest remainder; what a short camera lacks is dealt on by the same weights, and a camera
/// with more pinned frames than its share gives those.
void deal(QuotaPlan& plan, const std::vector<EligibleCamera>& cameras, std::int64_t count, const std::vector<std::size_t>& order, const std::vector<double>& weights) {
    std::vector<std::int64_t> capacity, pinned;
    for (const std::size_t i : order) {
        capacity.push_back(cameras[i].available());
        pinned.push_back(static_cast<std::int64_t>(cameras[i].pinned.size()));
    }
    const std::vector<double> exact = exactShares(count, weights);
    const std::vector<std::int64_t> asked = largestRemainder(count, weights);
    const std::vector<std::int64_t> given = apportionBetween(count, weights, pinned, capacity);
    for (std::size_t k = 0; k < order.size(); ++k) {
        CameraQuota& quota = plan.quotas[order[k]];
        quota.exact = exact[k];
        quota.quota = asked[k];
        quota.selected = given[k];
    }
    for (std::size_t i = 0; i < cameras.size(); ++i) {
        const CameraQuota& quota = plan.quotas[i];
        const auto pins = static_cast<std::int64_t>(cameras[i].pinned.size());
        if (quota.available < quota.quota)
            plan.notes.push_back("Camera " + quota.camera + " has " + std::to_string(quota.available) + " of the " + std::to_string(quota.quota) +
                                 " frames asked of it; the other " + std::to_string(quota.quota - quota.available) + " were dealt on to the other cameras.");
        else if (pins > quota.quota)
            plan.notes.push_back("Camera " + quota.camera + " has " + std::to_string(pins) + " pinned frames, more than its share of " + std::to_string(quota.quota) +
                                 "; the other cameras give the fewer.");
    }
}

/// The cameras in the order of the ranking, each once and none left out.
Result<std::vector<std::size_t>> rankedCameras(const std::vector<CameraQuota>& quotas, const std::vector<std::string>& ranking) {
    std::vector<std::size_t> order;
    std::vector<bool> ranked(quotas.size());
    for (const std::string& name : ranking) {
        const auto camera = cameraNamed(quotas, name);
        if (!camera)
            return failAs(camera);
        if (ranked[*camera])
            return wrong("The ranking names the camera \"" + name + "\" twice.", "Name every camera once.");
        ranked[*camera] = true;
        order.push_back(*camera);
    }
    std::vector<std::string> missing;
    for (std::size_t i = 0; i < quotas.size(); ++i) {
        if (!ranked[i])
            missing.push_back(quotas[i].camera);
    }
    if (!missing.empty())
        return wrong("The ranking does not name " + joinedNames(missing) + ".", "Name every chosen camera, most useful first, or narrow the choice to the ranked ones.");
    return order;
}

/// The usefulness of every camera, in their order.
Result<std::vector<double>> usefulnessOf(const std::vector<CameraQuota>& quotas, const std::map<std::string, double>& usefulness) {
    std::vector<std::optional<double>> given(quotas.size());
    for (const auto& [name, value] : usefulness) {
        const auto camera = cameraNamed(quotas, name);
        if (!camera)
            return failAs(camera);
        if (given[*camera])
            return wrong("The usefulness of camera " + quotas[*camera].camera + " is given twice.", "Give every camera one value.");
        if (!std::isfinite(value) || value < 0)
            return wrong("The usefulness of camera " + quotas[*camera].camera + " is " + formatShortest(value) + ".", "Give a number of 0 or more.");
        given[*camera] = value;
    }
    std::vector<double> values;
    std::vector<std::string> missing;
    for (std::size_t i = 0; i < quotas.size(); ++i) {
        if (!given[i])
            missing.push_back(quotas[i].camera);
        values.push_back(given[i].value_or(0));
    }
    if (!missing.empty())
        return wrong("The usefulness of " + joinedNames(missing) + " is not given.", "Rank the cameras (--ranking), or give every chosen camera a value (--by).");
    if (std::accumulate(values.begin(), values.end(), 0.0) <= 0)
        return wrong("No camera has a usefulness above 0.", "Choose another measure, or the strategy equal.");
    return values;
}

} // namespace

QuotaPlan equalQuotas(const std::vector<EligibleCamera>& cameras, std::int64_t count, PythonRandom& random) {
    QuotaPlan plan = emptyPlan(cameras);
    const auto places = static_cast<std::uint32_t>(cameras.size());
    const std::vector<std::uint32_t> drawn = random.sample(places, places);
    deal(plan, cameras, count, {drawn.begin(), drawn.end()}, std::vector<double>(places, 1.0));
    return plan;
}

Result<QuotaPlan> proportionalQuotas(const std::vector<EligibleCamera>& cameras, std::int64_t count, const SelectionRequest& request) {
    QuotaPlan plan = emptyPlan(cameras);
    if (request.ranking.empty() && !request.usefulness.empty()) {
        const auto values = usefulnessOf(plan.quotas, request.usefulness);
        if (!values)
            return failAs(values);
        std::vector<std::size_t> order(cameras.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        deal(plan, cameras, count, order, *values);
        return plan;
    }
    if (!(request.ratio > 0 && request.ratio <= 1))
        return wrong("The ratio is " + formatShortest(request.ratio) + ", but a camera's weight is ratio to the power of its rank.",
                     "Choose a ratio above 0 and at most 1.");
    const auto order = rankedCameras(plan.quotas, request.ranking);
    if (!order)
        return failAs(order);
    std::vector<double> weights;
    for (std::size_t rank = 0; rank < order->size(); ++rank)
        weights.push_back(std::pow(request.ratio, static_cast<double>(rank)));
    deal(plan, cameras, count, *order, weights);
    return plan;
}

Result<QuotaPlan> countedQuotas(const std::vector<EligibleCamera>& cameras, const SelectionRequest& request) {
    QuotaPlan plan = emptyPlan(cameras);
    std::vector<bool> named(cameras.size());
    std::int64_t sum = 0;
    for (const auto& [name, count] : request.counts) {
        const auto camera = cameraNamed(plan.quotas, name);
        if (!camera)
            return failAs(camera);
        CameraQuota& quota = plan.quotas[*camera];
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
    if (request.count != 0 && request.count != sum)
        return wrong("The counts sum to " + std::to_string(sum) + ", but " + std::to_string(request.count) + " frames are asked for.",
                     "Leave the number out, or make the two agree.");
    if (sum < 1)
        return wrong("The counts ask for no frame.", "Write counts such as 170=27,173=40.");
    for (std::size_t i = 0; i < cameras.size(); ++i) {
        if (static_cast<std::int64_t>(cameras[i].pinned.size()) > plan.quotas[i].selected)
            return wrong("Camera " + plan.quotas[i].camera + " has " + std::to_string(cameras[i].pinned.size()) + " pinned frames, but its count is " +
                             std::to_string(plan.quotas[i].selected) + ".",
                         "Raise the count, or unpin some.");
    }
    return plan;
}

} // namespace intersect::select
