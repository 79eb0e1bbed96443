// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <random>

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/files.h"
#include "core/detect/detections_file.h"
#include "core/eval/definitions.h"
#include "core/eval/evaluation.h"

using namespace intersect;
using namespace intersect::eval;

namespace {

struct Found {
    detect::BoxXywh box;
    double score = 0;
    int classId = 0;
};
struct Object {
    detect::BoxXywh box;
    int classId = 0;
    bool crowd = false;
};
/// A random test set: pictures with what is in them and what was found.
struct Pictures {
    std::vector<std::vector<Found>> found;
    std::vector<std::vector<Object>> objects;
};

constexpr int kSets = 40, kClasses = 3;

BoxXyxy rounded(const detect::BoxXywh& b) {
    return {static_cast<float>(b.x), static_cast<float>(b.y), static_cast<float>(b.x + b.w), static_cast<float>(b.y + b.h)};
}

/// Objects of all sizes, a tenth of them crowds; detections near them, doubled, of the wrong class, or of nothing; no two scores are equal.
Pictures randomPictures(std::uint32_t seed) {
    std::mt19937 random(seed);
    const auto uniform = [&](double low, double high) { return std::uniform_real_distribution(low, high)(random); };
    const auto below = [&](int n) { return std::uniform_int_distribution(0, n - 1)(random); };
    const auto cents = [](double v) { return std::round(v * 100) / 100; };
    Pictures set;
    int count = 0;
    for (int image = 0; image < 8; ++image) {
        auto& objects = set.objects.emplace_back();
        auto& found = set.found.emplace_back();
        for (int i = below(7); i > 0; --i) {
            const double side = std::exp(uniform(std::log(8.0), std::log(200.0)));
            objects.push_back({{cents(uniform(0, 400)), cents(uniform(0, 300)), cents(side), cents(side * uniform(0.5, 2))}, below(kClasses), below(10) == 0});
            for (int copies = below(3); copies > 0; --copies) {
                detect::BoxXywh box = objects.back().box;
                const double noise = uniform(0, 0.3);
                box = {cents(box.x + box.w * uniform(-noise, noise)), cents(box.y + box.h * uniform(-noise, noise)), cents(box.w * uniform(1 - noise, 1 + noise)),
                       cents(box.h * uniform(1 - noise, 1 + noise))};
                found.push_back({box, 0, below(8) == 0 ? below(kClasses) : objects.back().classId});
            }
        }
        for (int i = below(4); i > 0; --i)
            found.push_back({{cents(uniform(0, 400)), cents(uniform(0, 300)), cents(uniform(5, 90)), cents(uniform(5, 90))}, 0, below(kClasses)});
        count += static_cast<int>(found.size());
    }
    std::vector<int> ranks(static_cast<std::size_t>(count));
    std::iota(ranks.begin(), ranks.end(), 1);
    std::shuffle(ranks.begin(), ranks.end(), random);
    std::size_t next = 0;
    for (auto& found : set.found)
        for (Found& one : found)
            one.score = static_cast<double>(ranks[next++]) / (count + 1);
    return set;
}

using Order = std::vector<std::size_t>;
Order inOrder(std::size_t count) {
    Order order(count);
    std::iota(order.begin(), order.end(), std::size_t(0));
    return order;
}

/// A set as the definitions take it, its images in the given order; without `exact` the float32 boxes are all there is.
struct Prepared {
    detect::DetectionSet detections;
    Truth truth;
};
Prepared prepared(const Pictures& set, const Order& images, bool exact = true) {
    Prepared result;
    result.detections.begin = result.truth.begin = {0};
    for (const std::size_t image : images) {
        std::vector<Found> found = set.found[image];
        std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.score > b.score; });
        for (const Found& one : found) {
            result.detections.detections.push_back({rounded(one.box), static_cast<float>(one.score), one.classId});
            if (exact)
                result.detections.exact.push_back({one.box, one.score});
        }
        for (const Object& one : set.objects[image]) {
            result.truth.boxes.push_back({rounded(one.box), one.classId, one.crowd, one.box.area()});
            if (exact)
                result.truth.exact.push_back(one.box);
        }
        result.detections.images.push_back({static_cast<int>(image) + 1, std::to_string(image) + ".jpg", {640, 480}});
        result.detections.begin.push_back(static_cast<std::uint32_t>(result.detections.detections.size()));
        result.truth.begin.push_back(static_cast<std::uint32_t>(result.truth.boxes.size()));
    }
    return result;
}
Prepared prepared(const Pictures& set) {
    return prepared(set, inOrder(set.found.size()));
}

/// AP of each class at each match IoU.
using Table = std::map<int, std::array<double, 10>>;
Table tableOf(const ApTable& ap) {
    Table table;
    for (const ClassAp& one : ap.classes)
        table[one.classId] = one.apByIou;
    return table;
}
struct Definition {
    const char* name;
    std::function<Table(const Prepared&)> evaluate;
};
const Definition kDefinitions[] = {
    {"yolov5",
     [](const Prepared& set) {
         Table table;
         for (const ClassResult& one : evaluateYolov5(set.detections, set.truth).classes)
             table[one.classId] = one.apByIou;
         return table;
     }},
    {"yolov7", [](const Prepared& set) { return tableOf(evaluateYolov7(set.detections, set.truth)); }},
    {"coco", [](const Prepared& set) { return tableOf(evaluateCoco(set.detections, set.truth)); }},
    {"voc2007", [](const Prepared& set) { return tableOf(evaluateVoc(set.detections, set.truth, VocArea::ElevenPoints)); }},
    {"voc2010", [](const Prepared& set) { return tableOf(evaluateVoc(set.detections, set.truth, VocArea::AllPoints)); }},
};

/// Whether no AP of `after` is above that of `before`.
bool noneHigher(const Table& after, const Table& before) {
    if (after.size() != before.size())
        return false;
    for (const auto& [id, ap] : after)
        for (std::size_t k = 0; k < ap.size(); ++k)
            if (ap[k] > before.at(id)[k] + 1e-12) {
                qWarning("class %d, threshold %zu: %.15f after, %.15f before", id, k, ap[k], before.at(id)[k]);
                return false;
            }
    return true;
}

bool near(const Table& a, double wanted) {
    return !a.empty() && std::all_of(a.begin(), a.end(), [&](const auto& one) {
        return std::all_of(one.second.begin(), one.second.end(), [&](double ap) { return std::fabs(ap - wanted) < 1e-9; });
    });
}

} // namespace

/// What must hold of every set, whatever is in it. Each property is tried on forty random sets by each definition.
class TestProperties : public QObject {
    Q_OBJECT

    /// Every set by every definition; `check` says whether the property holds.
    static void forAll(const std::function<bool(const Definition&, const Pictures&, std::mt19937&)>& check) {
        for (std::uint32_t seed = 1; seed <= kSets; ++seed)
            for (const Definition& definition : kDefinitions) {
                std::mt19937 random(seed * 7919);
                QVERIFY2(check(definition, randomPictures(seed), random), qPrintable(QStringLiteral("%1, set %2").arg(QLatin1String(definition.name)).arg(seed)));
            }
    }
    static bool is(const Definition& definition, std::initializer_list<const char*> names) {
        return std::any_of(names.begin(), names.end(), [&](const char* name) { return std::string(name) == definition.name; });
    }

private Q_SLOTS:
    void theSetsAreWorthIt() {
        int between = 0, crowds = 0, cases = 0;
        for (std::uint32_t seed = 1; seed <= kSets; ++seed) {
            const Pictures set = randomPictures(seed);
            for (const auto& [id, ap] : kDefinitions[2].evaluate(prepared(set)))
                for (const double one : ap) {
                    ++cases;
                    between += one > 0.02 && one < 0.98;
                }
            for (const auto& objects : set.objects)
                crowds += static_cast<int>(std::count_if(objects.begin(), objects.end(), [](const Object& o) { return o.crowd; }));
        }
        QVERIFY(between > cases / 2 && crowds > kSets);
    }
    void theOrderOfImagesDoesNotMatter() {
        forAll([](const Definition& definition, const Pictures& set, std::mt19937& random) {
            Order order = inOrder(set.found.size());
            const Table before = definition.evaluate(prepared(set, order));
            std::shuffle(order.begin(), order.end(), random);
            return definition.evaluate(prepared(set, order)) == before;
        });
    }
    void theOrderOfDetectionsInAFileDoesNotMatter() {
        QTemporaryDir folder;
        const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "results.json";
        forAll([&](const Definition& definition, const Pictures& set, std::mt19937& random) {
            const Prepared written = prepared(set);
            const std::string list = detect::formatResultsList(written.detections);
            std::vector<std::string> rows;
            for (std::size_t from = list.find('{'); from != std::string::npos; from = list.find('{', from + 1))
                rows.push_back(list.substr(from, list.find('}', from) + 1 - from));
            std::vector<Table> tables;
            for (int round = 0; round < 2; ++round) {
                std::string text = "[";
                for (const std::string& row : rows)
                    text += (text.size() > 1 ? "," : "") + row;
                if (!writeFileAtomically(path, text + "]"))
                    return false;
                auto read = detect::readDetections(path, &written.detections);
                if (!read || read->detections.size() != rows.size())
                    return false;
                tables.push_back(definition.evaluate({std::move(*read), written.truth}));
                std::shuffle(rows.begin(), rows.end(), random);
            }
            return tables[0] == tables[1];
        });
    }
    void aFalsePositiveNeverRaisesAp() {
        forAll([](const Definition& definition, Pictures set, std::mt19937& random) {
            const Table before = definition.evaluate(prepared(set));
            const int count = std::accumulate(set.found.begin(), set.found.end(), 0, [](int n, const auto& f) { return n + static_cast<int>(f.size()); });
            for (int i = 0; i < 5; ++i) {
                // between two scores, above all or below all; far from every object
                const double score = (std::uniform_int_distribution(0, count)(random) + 0.5) / (count + 1);
                Pictures more = set;
                more.found[random() % more.found.size()].push_back({{5000, 5000, 50, 40}, score, static_cast<int>(random() % kClasses)});
                if (!noneHigher(definition.evaluate(prepared(more)), before))
                    return false;
            }
            return true;
        });
    }
    void scoresScaledMonotonicallyChangeNothing() {
        forAll([](const Definition& definition, Pictures set, std::mt19937&) {
            const Table before = definition.evaluate(prepared(set));
            for (auto& found : set.found)
                for (Found& one : found)
                    one.score = 0.9 * one.score * one.score + 0.05;
            return definition.evaluate(prepared(set)) == before;
        });
    }
    void aPerfectListIsPerfect() {
        forAll([](const Definition& definition, Pictures set, std::mt19937& random) {
            for (std::size_t image = 0; image < set.found.size(); ++image) {
                set.found[image].clear();
                for (const Object& one : set.objects[image])
                    if (!one.crowd)
                        set.found[image].push_back({one.box, std::uniform_real_distribution(0.01, 1.0)(random), one.classId});
            }
            return near(definition.evaluate(prepared(set)), is(definition, {"yolov5"}) ? 0.995 : 1);
        });
    }
    void nothingFoundIsZero() {
        forAll([](const Definition& definition, Pictures set, std::mt19937&) {
            for (auto& found : set.found)
                found.clear();
            return near(definition.evaluate(prepared(set)), 0);
        });
    }
    void aTailCutOffNeverRaisesAp() { // YOLOv5's and YOLOv7's may rise: their curves end in a straight line from the last point
        int raised = 0;
        forAll([&](const Definition& definition, Pictures set, std::mt19937& random) {
            const Table before = definition.evaluate(prepared(set));
            const double floor = std::uniform_real_distribution(0.05, 0.7)(random);
            for (auto& found : set.found)
                found.erase(std::remove_if(found.begin(), found.end(), [&](const Found& one) { return one.score < floor; }), found.end());
            const Table after = definition.evaluate(prepared(set));
            if (is(definition, {"yolov5"}))
                for (const auto& [id, ap] : after)
                    raised += ap[0] > before.at(id)[0] + 1e-6;
            return is(definition, {"yolov5", "yolov7"}) || noneHigher(after, before);
        });
        QVERIFY(raised > 0); // which is why a cut list is warned of
    }
    void anObjectNobodyFindsNeverRaisesAp() {
        forAll([](const Definition& definition, Pictures set, std::mt19937& random) {
            const Table before = definition.evaluate(prepared(set));
            if (before.empty() || is(definition, {"yolov7"})) // its curve always ends 0.01 behind the last recall
                return true;
            const int classId = std::next(before.begin(), static_cast<std::ptrdiff_t>(random() % before.size()))->first;
            set.objects[random() % set.objects.size()].push_back({{9000, 9000, 60, 60}, classId, false});
            return noneHigher(definition.evaluate(prepared(set)), before);
        });
    }
    void aStricterMatchIouNeverRaisesAp() { // where the object of a detection does not depend on it
        forAll([](const Definition& definition, const Pictures& set, std::mt19937&) {
            if (!is(definition, {"yolov5", "voc2007", "voc2010"}))
                return true;
            for (const auto& [id, ap] : definition.evaluate(prepared(set)))
                for (std::size_t k = 1; k < ap.size(); ++k)
                    if (ap[k] > ap[k - 1] + 1e-12)
                        return false;
            return true;
        });
    }
    void emptyImagesChangeNothing() {
        forAll([](const Definition& definition, Pictures set, std::mt19937& random) {
            const Table before = definition.evaluate(prepared(set));
            for (int i = 0; i < 3; ++i) {
                const auto at = static_cast<std::ptrdiff_t>(random() % set.found.size());
                set.found.insert(set.found.begin() + at, std::vector<Found>());
                set.objects.insert(set.objects.begin() + at, std::vector<Object>());
            }
            return definition.evaluate(prepared(set)) == before;
        });
    }
    void oneClassIsNoDifferent() { // each class by itself has the AP it has among the others
        forAll([](const Definition& definition, const Pictures& set, std::mt19937&) {
            const Table whole = definition.evaluate(prepared(set));
            for (const auto& [id, ap] : whole) {
                Pictures alone = set;
                for (auto& found : alone.found)
                    found.erase(std::remove_if(found.begin(), found.end(), [id = id](const Found& one) { return one.classId != id; }), found.end());
                for (auto& objects : alone.objects)
                    objects.erase(std::remove_if(objects.begin(), objects.end(), [id = id](const Object& one) { return one.classId != id; }), objects.end());
                if (definition.evaluate(prepared(alone)) != Table{{id, ap}})
                    return false;
            }
            return true;
        });
    }
    void boxesWithoutTheirDoublesGiveTheSame() { // no IoU of these sets lies within float32's error of a threshold
        forAll([](const Definition& definition, const Pictures& set, std::mt19937&) {
            const Order order = inOrder(set.found.size());
            return definition.evaluate(prepared(set, order, false)) == definition.evaluate(prepared(set, order));
        });
    }
    void cocosFiguresLieInTheirRanges() {
        for (std::uint32_t seed = 1; seed <= kSets; ++seed) {
            const Prepared set = prepared(randomPictures(seed));
            const CocoTable table = evaluateCoco(set.detections, set.truth);
            for (const double stat : table.stats)
                QVERIFY(std::isnan(stat) || (stat >= 0 && stat <= 1));
            QVERIFY(table.stats[6] <= table.stats[7] + 1e-12 && table.stats[7] <= table.stats[8] + 1e-12); // recall with 1, 10, 100 an image
            QCOMPARE(table.curves.size(), table.classes.size());
            for (std::size_t c = 0; c < table.curves.size(); ++c) {
                const auto& [precision, score] = table.curves[c];
                double sum = 0;
                for (std::size_t i = 0; i < precision.size(); ++i) {
                    sum += precision[i] / 101;
                    QVERIFY(i == 0 || (precision[i] <= precision[i - 1] && score[i] <= score[i - 1]));
                }
                QVERIFY(std::fabs(sum - table.classes[c].apByIou[0]) < 1e-12);
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestProperties)
#include "tst_properties.moc"
