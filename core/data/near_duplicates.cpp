// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/near_duplicates.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <numeric>
#include <string>
#include <sys/stat.h>
#include <tuple>
#include <utility>

#include "core/base/cpu_clones.h"
#include "core/base/files.h"

namespace intersect::data {
namespace {

using Index = std::uint32_t;
using Accepts = std::function<bool(Index, Index)>;

/// Writes the places of all values at most `distance` bits from `wanted` to `places`, ascending, and returns how many.
INTERSECT_FOR_EVERY_CPU
std::size_t placesNear(const std::uint64_t* values, std::size_t count, std::uint64_t wanted, int distance, Index* places) {
    constexpr std::size_t kBlock = 16;
    std::size_t found = 0, at = 0;
    for (; at + kBlock <= count; at += kBlock) {
        int nearest = 64;
        for (std::size_t i = 0; i < kBlock; ++i)
            nearest = std::min(nearest, std::popcount(values[at + i] ^ wanted));
        if (nearest > distance) // nearly always
            continue;
        for (std::size_t i = 0; i < kBlock; ++i)
            if (std::popcount(values[at + i] ^ wanted) <= distance)
                places[found++] = static_cast<Index>(at + i);
    }
    for (; at < count; ++at)
        if (std::popcount(values[at] ^ wanted) <= distance)
            places[found++] = static_cast<Index>(at);
    return found;
}

/// The hashes sorted by some of their bits: those that agree in them stand together in a bucket, from which they are taken as they find a
/// group.
class Band {
public:
    /// The band of bits [begin, end).
    Band(std::span<const std::uint64_t> hashes, int begin, int end)
        : m_shift(begin), m_mask(end - begin >= 64 ? ~0ULL : (1ULL << (end - begin)) - 1) {
        m_members.resize(hashes.size());
        std::iota(m_members.begin(), m_members.end(), Index{0});
        if (m_mask != 0)
            std::sort(m_members.begin(), m_members.end(),
                      [&](Index a, Index b) { return std::pair(key(hashes[a]), a) < std::pair(key(hashes[b]), b); });
        m_values.resize(hashes.size());
        m_bucketOf.resize(hashes.size());
        for (std::size_t i = 0; i < m_members.size(); ++i) {
            m_values[i] = hashes[m_members[i]];
            if (i == 0 || key(m_values[i]) != key(m_values[i - 1]))
                m_buckets.push_back({static_cast<Index>(i), static_cast<Index>(i)});
            ++m_buckets.back().end;
            m_bucketOf[m_members[i]] = static_cast<Index>(m_buckets.size() - 1);
        }
    }
    /// Pairs that would be compared.
    double cost() const {
        double pairs = 0;
        for (const Bucket& bucket : m_buckets)
            pairs += static_cast<double>(bucket.end - bucket.begin) * static_cast<double>(bucket.end - bucket.begin) / 2;
        return pairs;
    }
    /// Hands every hash of `of`'s bucket near it to `take(index)`, which says whether that one is done with.
    template <class Take>
    void eachNear(Index of, std::uint64_t hash, int distance, std::vector<Index>& places, Take&& take) {
        Bucket& bucket = m_buckets[m_bucketOf[of]];
        places.resize(std::max<std::size_t>(places.size(), bucket.end - bucket.begin));
        const std::size_t found = placesNear(m_values.data() + bucket.begin, bucket.end - bucket.begin, hash, distance, places.data());
        for (std::size_t i = found; i-- > 0;) { // from behind: what is taken out is filled up from the end
            const std::size_t place = bucket.begin + places[i];
            if (!take(m_members[place]))
                continue;
            --bucket.end;
            m_members[place] = m_members[bucket.end];
            m_values[place] = m_values[bucket.end];
        }
    }

private:
    struct Bucket {
        Index begin = 0, end = 0;
    };
    std::uint64_t key(std::uint64_t hash) const { return (hash >> m_shift) & m_mask; }
    int m_shift;
    std::uint64_t m_mask;
    std::vector<Index> m_members, m_bucketOf;
    std::vector<std::uint64_t> m_values;
    std::vector<Bucket> m_buckets;
};

/// distance + 1 bands, or one bucket of all where that is less work.
std::vector<Band> bandsOf(std::span<const std::uint64_t> hashes, int distance) {
    constexpr int kMostBands = 16; // narrower ones sort nothing apart
    constexpr double kShare = 0.5; // a bucket is looked through slower than one long row
    const double all = static_cast<double>(hashes.size()) * static_cast<double>(hashes.size()) / 2;
    std::vector<Band> bands;
    const int count = distance + 1;
    double cost = 0;
    for (int i = 0; i < count && count <= kMostBands && cost <= kShare * all; ++i) {
        bands.emplace_back(hashes, 64 * i / count, 64 * (i + 1) / count);
        cost += bands.back().cost();
    }
    if (bands.size() == static_cast<std::size_t>(count) && cost <= kShare * all)
        return bands;
    bands.clear();
    bands.emplace_back(hashes, 0, 0);
    return bands;
}

/// Groups of hashes, found by going from each to all that are near it and not in a group yet. Alone ones are left out.
Result<std::vector<DuplicateGroup>> walkedGroups(std::span<const std::uint64_t> hashes, int distance, const Accepts& accepts,
                                                 const StopCheck& stop) {
    std::vector<Band> bands = bandsOf(hashes, distance);
    std::vector<bool> taken(hashes.size());
    std::vector<DuplicateGroup> groups;
    DuplicateGroup group;
    std::vector<Index> places;
    for (Index seed = 0; seed < hashes.size(); ++seed) {
        if (taken[seed])
            continue;
        taken[seed] = true;
        group.assign(1, {seed, seed, 0});
        for (std::size_t next = 0; next < group.size(); ++next) {
            if (stop && stop())
                return fail(ErrorCode::Interrupted, "The search for pictures that are alike was stopped.");
            const Index from = group[next].index;
            for (Band& band : bands)
                band.eachNear(from, hashes[from], distance, places, [&](Index to) {
                    if (taken[to])
                        return true;
                    if (accepts && !accepts(from, to))
                        return false;
                    taken[to] = true;
                    group.push_back({to, from, image::hammingDistance(hashes[from], hashes[to])});
                    return true;
                });
        }
        if (group.size() > 1)
            groups.push_back(group);
    }
    return groups;
}

/// Indices of equal items, each group ascending, by a total order.
template <class Less>
std::vector<std::vector<Index>> equalItems(std::vector<Index> indices, Less&& less) {
    std::sort(indices.begin(), indices.end(), [&](Index a, Index b) { return less(a, b) || (!less(b, a) && a < b); });
    std::vector<std::vector<Index>> groups;
    for (std::size_t i = 0; i < indices.size(); ++i) {
        if (i == 0 || less(indices[i - 1], indices[i]))
            groups.emplace_back();
        groups.back().push_back(indices[i]);
    }
    std::sort(groups.begin(), groups.end());
    return groups;
}

std::vector<Index> upTo(std::size_t count) {
    std::vector<Index> indices(count);
    std::iota(indices.begin(), indices.end(), Index{0});
    return indices;
}

/// Groups of the first of each set of equals, with the equals put back behind the one they equal.
std::vector<DuplicateGroup> withEquals(const std::vector<DuplicateGroup>& walked, const std::vector<std::vector<Index>>& equals) {
    std::vector<DuplicateGroup> groups;
    std::vector<bool> grouped(equals.size());
    const auto add = [&](DuplicateGroup& group, Index set, Index like, int distance) {
        grouped[set] = true;
        group.push_back({equals[set].front(), like, distance});
        for (std::size_t i = 1; i < equals[set].size(); ++i)
            group.push_back({equals[set][i], equals[set].front(), 0});
    };
    for (const DuplicateGroup& found : walked) {
        DuplicateGroup group;
        for (const GroupMember& member : found)
            add(group, member.index, equals[member.like].front(), member.distance);
        groups.push_back(std::move(group));
    }
    for (Index set = 0; set < equals.size(); ++set)
        if (!grouped[set] && equals[set].size() > 1) {
            DuplicateGroup group;
            add(group, set, equals[set].front(), 0);
            groups.push_back(std::move(group));
        }
    std::sort(groups.begin(), groups.end(),
              [](const DuplicateGroup& a, const DuplicateGroup& b) { return a.front().index < b.front().index; });
    return groups;
}

/// Groups of items of which equal ones (by `less`) are alike without asking.
template <class HashOf, class Less>
Result<std::vector<DuplicateGroup>> groupsOf(std::vector<Index> items, HashOf&& hashOf, Less&& less, int distance, const Accepts& accepts,
                                             const StopCheck& stop) {
    const std::vector<std::vector<Index>> equals = equalItems(std::move(items), less);
    std::vector<std::uint64_t> hashes(equals.size());
    std::transform(equals.begin(), equals.end(), hashes.begin(), [&](const std::vector<Index>& set) { return hashOf(set.front()); });
    Accepts acceptsSets;
    if (accepts)
        acceptsSets = [&](Index a, Index b) { return accepts(equals[a].front(), equals[b].front()); };
    auto walked = walkedGroups(hashes, std::clamp(distance, 0, 64), acceptsSets, stop);
    if (!walked)
        return failAs(walked);
    return withEquals(*walked, equals);
}

std::vector<DuplicateGroup> asGroups(const std::vector<std::vector<Index>>& equals) {
    return withEquals({}, equals);
}

} // namespace

Result<std::vector<DuplicateGroup>> nearGroups(std::span<const std::uint64_t> hashes, int distance, const Accepts& accepts,
                                               const StopCheck& stop) {
    const auto hashOf = [&](Index i) { return hashes[i]; };
    if (accepts) // equal hashes are not alike without asking
        return groupsOf(upTo(hashes.size()), hashOf, std::less<>(), distance, accepts, stop);
    return groupsOf(
        upTo(hashes.size()), hashOf, [&](Index a, Index b) { return hashes[a] < hashes[b]; }, distance, accepts, stop);
}

Result<std::vector<DuplicateGroup>> nearGroups(std::span<const image::PictureSignature> signatures, const NearLimits& limits,
                                               const StopCheck& stop) {
    std::vector<Index> known = upTo(signatures.size());
    std::erase_if(known, [&](Index i) { return !signatures[i].known; });
    const auto less = [&](Index a, Index b) {
        return std::tie(signatures[a].hash, signatures[a].cells) < std::tie(signatures[b].hash, signatures[b].cells);
    };
    return groupsOf(
        std::move(known), [&](Index i) { return signatures[i].hash; }, less, limits.distance,
        [&](Index a, Index b) { return image::cellsAgree(signatures[a], signatures[b], limits.cellLevels); }, stop);
}

bool nearDuplicates(const image::PictureSignature& a, const image::PictureSignature& b, const NearLimits& limits) {
    return a.known && b.known && image::hammingDistance(a.hash, b.hash) <= limits.distance && image::cellsAgree(a, b, limits.cellLevels);
}

Result<std::vector<DuplicateGroup>> identicalFiles(std::span<const std::filesystem::path> files, const StopCheck& stop) {
    struct Facts {
        std::uint64_t bytes = 0, device = 0, inode = 0, content = 0;
        bool known = false;
    };
    std::vector<Facts> facts(files.size());
    std::map<std::uint64_t, std::vector<Index>> bySize;
    for (Index i = 0; i < files.size(); ++i) {
        struct stat status {};
        if (::stat(files[i].c_str(), &status) != 0 || !S_ISREG(status.st_mode))
            continue;
        facts[i] = {static_cast<std::uint64_t>(status.st_size), status.st_dev, status.st_ino, 0, true};
        bySize[facts[i].bytes].push_back(i);
    }
    std::map<std::pair<std::uint64_t, std::uint64_t>, Index> read; // links to one file are read once
    std::vector<Index> known;
    for (const auto& [bytes, same] : bySize) {
        for (const Index i : same) {
            if (stop && stop())
                return fail(ErrorCode::Interrupted, "The search for identical files was stopped.");
            if (same.size() == 1)
                continue;
            const auto [first, isNew] = read.try_emplace({facts[i].device, facts[i].inode}, i);
            if (isNew) {
                const Result<std::string> content = readFile(files[i]);
                facts[i].known = content.has_value();
                facts[i].content = content ? image::contentHash(*content) : 0;
            } else {
                facts[i] = facts[first->second];
            }
            if (facts[i].known)
                known.push_back(i);
        }
    }
    return asGroups(equalItems(std::move(known), [&](Index a, Index b) {
        return std::tie(facts[a].bytes, facts[a].content) < std::tie(facts[b].bytes, facts[b].content);
    }));
}

std::vector<DuplicateGroup> identicalFiles(std::span<const image::PictureSignature> signatures) {
    std::vector<Index> known = upTo(signatures.size());
    std::erase_if(known, [&](Index i) { return !signatures[i].known || signatures[i].fileBytes == 0; });
    return asGroups(equalItems(std::move(known), [&](Index a, Index b) {
        return std::tie(signatures[a].fileBytes, signatures[a].content) < std::tie(signatures[b].fileBytes, signatures[b].content);
    }));
}

} // namespace intersect::data
