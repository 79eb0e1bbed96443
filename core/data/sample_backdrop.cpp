// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/sample_backdrop.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "core/base/random.h"
#include "core/data/sample_scenery.h"

namespace intersect::data::sample {
namespace {

/// How much of a stripe of that width lies in a pixel that spans `footprint` metres and whose middle is `distance` from the stripe's middle.
double coverage(double distance, double width, double footprint) {
    return std::clamp((width / 2 + footprint / 2 - std::abs(distance)) / footprint, 0.0, std::min(1.0, width / footprint));
}

Colour mix(const Colour& a, const Colour& b, double share) {
    return a * (1 - share) + b * share;
}

class Ground {
public:
    Ground(const SceneCamera& camera, std::uint64_t seed) : m_camera(camera), m_salt(RandomStream({seed, 0x6A0}).next()) {
        RandomStream random({m_salt, 1});
        m_asphalt = Colour(94, 93, 92) * random.uniform(0.85, 1.18);
        m_grass = Colour(52 + random.uniform(0, 14), 98 + random.uniform(-8, 8), 84 + random.uniform(-10, 16));
        m_urban = camera.buildings > camera.trees;
    }
    struct Seen {
        Colour colour;
        bool asphalt = false;
    };
    /// The colour of the ground there, averaged over `footprint` metres.
    Seen at(const cv::Point2d& p, double footprint) const {
        const double fine = 1 / (1 + footprint * 3);
        const double coarse = smoothNoise(p.x * 0.12, p.y * 0.12, m_salt);
        const double grain = smoothNoise(p.x * 2.3, p.y * 2.3, m_salt + 1) * fine + smoothNoise(p.x * 7, p.y * 7, m_salt + 2) * fine * fine;
        Colour colour = m_urban ? Colour(128, 134, 136) * (1 + 0.06 * coarse + 0.05 * grain) : m_grass * (1 + 0.16 * coarse + 0.14 * grain);
        if (!m_urban && coarse > 0.35)
            colour = mix(colour, Colour(84, 122, 140), std::min(0.6, (coarse - 0.35) * 1.5)); // dry patches
        std::size_t on = m_camera.roads.size();
        std::array<Path::Local, 4> place{};
        for (std::size_t i = 0; i < m_camera.roads.size(); ++i) {
            const Road& road = m_camera.roads[i];
            place[i] = road.path.local(p);
            const double beyond = std::abs(place[i].left) - road.halfWidth;
            if (road.pavement > 0 && beyond < road.pavement) {
                const double joint = std::max(coverage(std::remainder(place[i].along, 2.0), 0.08, footprint),
                                              coverage(std::remainder(beyond, 2.0), 0.08, footprint));
                colour = Colour(152, 158, 162) * (1 + 0.05 * grain + 0.04 * coarse) * (1 - 0.25 * joint);
                colour = mix(colour, Colour(186, 190, 192), coverage(beyond - 0.12, 0.24, footprint)); // kerb
            } else if (road.pavement == 0 && beyond < 1.4) {
                colour = mix(Colour(112, 122, 128) * (1 + 0.12 * grain), colour, std::clamp(beyond / 1.4 + 0.3 * coarse, 0.0, 1.0));
            }
        }
        for (std::size_t i = 0; i < m_camera.roads.size(); ++i)
            if (std::abs(place[i].left) < m_camera.roads[i].halfWidth)
                on = i;
        if (on == m_camera.roads.size())
            return {colour, false};
        colour = m_asphalt * (1 + 0.05 * coarse + 0.07 * grain);
        const double patch = smoothNoise(p.x * 0.35 + 7, p.y * 0.09, m_salt + 3);
        if (patch > 0.45)
            colour *= 0.9; // mended
        for (std::size_t i = 0; i < m_camera.roads.size(); ++i)
            if (std::abs(place[i].left) < m_camera.roads[i].halfWidth)
                colour = paintLines(colour, i, place, footprint, 0.75 + 0.25 * grain);
        return {colour, true};
    }

private:
    Colour paintLines(Colour colour, std::size_t which, const std::array<Path::Local, 4>& place, double footprint, double wear) const {
        const Road& road = m_camera.roads[which];
        const auto [along, left] = place[which];
        // Wheels polish two tracks into each lane.
        const double track = std::cos((left + 0.4) * 2 * 3.14159265 / 1.75);
        colour *= 1 + 0.035 * track / (1 + footprint * 2);
        for (std::size_t other = 0; other < m_camera.roads.size(); ++other)
            if (other != which && std::abs(place[other].left) < m_camera.roads[other].halfWidth + (road.crossings.empty() ? 0.0 : 4.5))
                return paintCrossings(colour, road, along, left, footprint, wear);
        for (const Marking& line : road.markings) {
            double share = coverage(left - line.left, 0.16, footprint) * wear;
            if (line.dashed)
                share *= coverage(std::remainder(along, 9.0), 3.0, footprint);
            colour = mix(colour, line.yellow ? Colour(70, 180, 215) : Colour(215, 218, 218), share);
        }
        if (road.median > 0) {
            const double share = coverage(left, road.median * 2, footprint);
            colour = mix(colour, Colour(168, 172, 174), share);
        }
        return paintCrossings(colour, road, along, left, footprint, wear);
    }
    static Colour paintCrossings(Colour colour, const Road& road, double along, double left, double footprint, double wear) {
        if (road.crossings.size() < 2)
            return colour;
        const double middle = (road.crossings.front() + road.crossings.back()) / 2;
        for (const double crossing : road.crossings) {
            const double stripes = coverage(std::remainder(left, 1.1), 0.55, footprint);
            double share = coverage(along - crossing, 3.0, footprint) * stripes;
            // The stop line lies before the crossing for those who come towards it: they drive on the right.
            const bool before = crossing < middle;
            if ((left < 0) == before)
                share = std::max(share, coverage(along - crossing - (before ? -2.9 : 2.9), 0.45, footprint));
            colour = mix(colour, Colour(214, 217, 218), share * wear);
        }
        return colour;
    }

    const SceneCamera& m_camera;
    std::uint64_t m_salt;
    Colour m_asphalt, m_grass;
    bool m_urban = false;
};

std::uint8_t byteOf(double value) {
    return static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0));
}

} // namespace

Backdrop drawBackdrop(const SceneCamera& camera, std::uint64_t seed) {
    const cv::Size size(kWidth * kScale, kHeight * kScale);
    Backdrop drawn{cv::Mat(size, CV_8UC3), cv::Mat(size, CV_32FC1), cv::Mat(size, CV_8UC3, cv::Scalar::all(0)), cv::Mat(size, CV_32FC1),
                   cv::Mat(size, CV_8UC1, cv::Scalar(0)), {}};
    const Ground ground(camera, seed);
    const std::uint64_t cloudSalt = RandomStream({seed, 0xC10D}).next();
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            const Vec3 ray = camera.view.rayOf(x + 0.5, y + 0.5);
            cv::Vec3b& albedo = drawn.albedo.at<cv::Vec3b>(y, x);
            float& depth = drawn.depth.at<float>(y, x);
            float& lamplight = drawn.lamplight.at<float>(y, x);
            lamplight = 0;
            if (ray[2] > -0.004) {
                const double u = ray[0] / (ray[2] + 0.12), v = ray[1] / (ray[2] + 0.12);
                const double cloud = smoothNoise(u * 0.9, v * 0.9, cloudSalt) + 0.5 * smoothNoise(u * 2.1, v * 2.1, cloudSalt + 1) +
                                     0.25 * smoothNoise(u * 4.3, v * 4.3, cloudSalt + 2);
                albedo = cv::Vec3b::all(byteOf(128 + 90 * cloud));
                depth = -1;
                continue;
            }
            const double distance = -camera.view.height / ray[2];
            const cv::Point2d p(ray[0] * distance, ray[1] * distance);
            const double along = camera.view.depthOf({p.x, p.y, 0});
            const double footprint = along / (camera.view.focal * kScale);
            const Ground::Seen seen = ground.at(p, std::max(0.02, footprint));
            albedo = {byteOf(seen.colour[0]), byteOf(seen.colour[1]), byteOf(seen.colour[2])};
            depth = static_cast<float>(along);
            if (seen.asphalt)
                drawn.asphalt.at<std::uint8_t>(y, x) = 255;
            double light = 0.05;
            for (const cv::Point2d& post : camera.lampPosts) {
                const cv::Point2d d = (p - post) / 8.0;
                const double fall = 1 + d.dot(d);
                light += 0.9 / (fall * fall);
            }
            lamplight = static_cast<float>(std::min(1.0, light));
        }
    drawScenery(drawn, camera, seed);
    drawn.furniture = furnitureOf(camera);
    return drawn;
}

LitBackdrop lightBackdrop(const Backdrop& backdrop, const Light& light) {
    const cv::Size size = backdrop.albedo.size();
    LitBackdrop lit{cv::Mat(size, CV_8UC3), cv::Mat(size, CV_8UC3), cv::Mat(size, CV_8UC3)};
    const Colour lampColour(0.42, 0.60, 0.74), beamColour(0.62, 0.70, 0.74);
    const double up = std::max(0.0, light.towardsSun[2]);
    for (int y = 0; y < size.height; ++y) {
        const auto* albedo = backdrop.albedo.ptr<cv::Vec3b>(y);
        const auto* depth = backdrop.depth.ptr<float>(y);
        const auto* glow = backdrop.glow.ptr<cv::Vec3b>(y);
        const auto* lamplight = backdrop.lamplight.ptr<float>(y);
        const auto* asphalt = backdrop.asphalt.ptr<std::uint8_t>(y);
        auto* plain = lit.plain.ptr<cv::Vec3b>(y);
        auto* shaded = lit.shaded.ptr<cv::Vec3b>(y);
        auto* beamed = lit.beamed.ptr<cv::Vec3b>(y);
        for (int x = 0; x < size.width; ++x) {
            if (depth[x] < 0) {
                const double height = std::clamp(1.0 - y / (size.height * 0.3), 0.0, 1.0);
                const double cloud = (albedo[x][0] - 128) / 128.0;
                for (int c = 0; c < 3; ++c) {
                    const double sky = light.skyBottom[c] * (1 - height) + light.skyTop[c] * height;
                    const double bright = std::max(light.skyBottom[0], light.skyBottom[2]);
                    plain[x][c] = byteOf(sky + std::max(0.0, cloud) * 0.8 * (bright - sky) - std::max(0.0, -cloud) * (light.rain ? 0.16 : 0.03) * sky);
                }
                shaded[x] = beamed[x] = plain[x];
                continue;
            }
            const double fog = light.hazeAt(depth[x]);
            const double wet = light.rain && asphalt[x] != 0 ? 1.0 : 0.0;
            for (int c = 0; c < 3; ++c) {
                const double base = light.ambient[c] + light.lamps * lamplight[x] * lampColour[c];
                const double colour = albedo[x][c] * (1 - 0.3 * wet);
                const double mirror = wet * light.skyBottom[c] * std::min(0.34, 0.10 + depth[x] * 0.004);
                const double own = glow[x][c] * light.lamps + mirror;
                const auto finish = [&](double value) { return byteOf(std::min(255.0, value + own) * (1 - fog) + light.skyBottom[c] * fog); };
                plain[x][c] = finish(colour * (base + light.sun[c] * up));
                shaded[x][c] = finish(colour * (base * 0.82 + light.sun[c] * up * (1 - light.shadow)));
                beamed[x][c] = finish(colour * (base + light.sun[c] * up + beamColour[c]));
            }
        }
    }
    return lit;
}

} // namespace intersect::data::sample
