// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_ratio_charts.h"

#include <algorithm>
#include <cmath>

#include "core/base/numbers.h"
#include "ui/text.h"

namespace intersect::ui {

namespace {

constexpr int kPointsAtMost = 400;
constexpr double kMainPx = 2.4, kThinPx = 1.2;
constexpr float kThinAlpha = 0.6F;
constexpr double kConfidenceStep = 0.01, kMatchIouStep = 0.05;

/// The step of a threshold nearest to a value, exactly as the counts have it.
double onGrid(double value, double step) {
    const double parts = std::round(1 / step);
    return std::round(value * parts) / parts;
}

QString ofClass(const EvaluateView& view, const QString& heading) {
    if (view.shownClass() == CurveChoice::kMean)
        return heading;
    return RatioChart::tr("%1, %2").arg(heading, qs(view.classesRun().run->className(view.shownClass())));
}

} // namespace

RatioChart::RatioChart(Against against, QWidget* parent) : LineChart({}, parent), m_against(against) {
    const bool confidence = against == Against::Confidence;
    setObjectName(confidence ? QStringLiteral("confidenceChart") : QStringLiteral("matchIouChart"));
    setCaption(confidence ? tr("Raising confidence trades recall for precision.")
                          : tr("Raising match IoU turns TPs into FP and FN: both fall."));
    if (confidence)
        setAxes({tr("confidence"), 0, 1, false, false, 1, 6}, {{}, 0, 1, false, false, 1, 6});
    else
        setAxes({tr("match IoU"), 0.1, 0.95, false, false, 1, 6}, {{}, 0, 1, false, false, 1, 6});
    setPointsAtMost(kPointsAtMost);
    setHoverText([this](double at) { return hoverTable(at); });
}

const std::vector<eval::ThresholdCounts>& RatioChart::countsOfRun(const ShownRun& shown) const {
    return m_against == Against::Confidence ? shown.live->againstConfidence : shown.live->againstMatchIou;
}

void RatioChart::setView(const EvaluateView& view) {
    m_view = view;
    setHeading(
        ofClass(view, m_against == Against::Confidence ? tr("P, R and F1 against confidence") : tr("P, R and F1 against match IoU")));
    refreshLines();
    setPoints(view);
}

void RatioChart::refreshLines() {
    std::vector<ChartLine> lines;
    std::vector<Dot> best;
    const bool several = m_view.runs.size() > 1;
    for (std::size_t i = 0; i < m_view.runs.size(); ++i) {
        std::vector<QPointF> p, r, f1;
        QPointF top(0, -1);
        for (const eval::MeanRatios& one : eval::meanRatios(countsOf(countsOfRun(m_view.runs[i]), m_view.shownClass()))) {
            if (std::isfinite(one.precision))
                p.emplace_back(one.at, one.precision);
            r.emplace_back(one.at, one.recall);
            f1.emplace_back(one.at, one.f1);
            if (one.f1 > top.y())
                top = f1.back();
        }
        QColor pale = runColour(i);
        pale.setAlphaF(kThinAlpha);
        const QString letter = runLetter(i);
        const auto end = [&](const QString& word) { return i == 0 ? word : QString(); };
        lines.push_back({tr("%1 P").arg(letter), pale, kThinPx, false, MarkerShape::None, std::move(p), end(tr("P")), false});
        lines.push_back({tr("%1 R").arg(letter), pale, kThinPx, false, MarkerShape::None, std::move(r), end(tr("R")), false});
        const bool confidence = m_against == Against::Confidence;
        const QString name = confidence && top.y() >= 0 ? tr("%1 best F1 %2 at %3").arg(letter, ratioText(top.y(), 3), ratioText(top.x()))
                                                        : tr("%1 F1").arg(letter);
        lines.push_back({name, runColour(i), kMainPx, false, several ? runMarker(i) : MarkerShape::None, std::move(f1), end(tr("F1")),
                         several || confidence, true});
        if (confidence && top.y() >= 0)
            best.push_back({top, runColour(i), runMarker(i), false});
    }
    setLines(std::move(lines));
    setDots(std::move(best));
}

void RatioChart::setPoints(const EvaluateView& view) {
    m_view = view;
    const bool confidence = m_against == Against::Confidence;
    setCursor(confidence ? view.confidence : view.matchIou, true, confidence ? kConfidenceStep : kMatchIouStep);
    setMark(confidence ? view.hoverConfidence : view.hoverMatchIou);
}

QString RatioChart::hoverTable(double at) const {
    const bool confidence = m_against == Against::Confidence;
    const double on = onGrid(at, confidence ? kConfidenceStep : kMatchIouStep);
    QString html = QStringLiteral("<table cellspacing='0' cellpadding='1'><tr><td><b>%1</b></td>")
                       .arg(confidence ? tr("confidence %1").arg(ratioText(on)) : tr("match IoU %1").arg(ratioText(on)));
    for (std::size_t i = 0; i < m_view.runs.size(); ++i)
        html += QStringLiteral("<td align='right'>&nbsp;&nbsp;<b>%1</b></td>").arg(runLetter(i));
    html += QStringLiteral("</tr>");
    QStringList words{tr("precision"), tr("recall"), tr("F1"), tr("TP"), tr("FP"), tr("FN")};
    std::vector<QStringList> values;
    for (const ShownRun& shown : m_view.runs) {
        const auto counts = confidence ? countsAt(*shown.live, on) : countsAtMatchIou(*shown.live, on);
        const eval::MeanRatios ratios = ratiosOf(counts, m_view.shownClass());
        const eval::ThresholdCounts total = totalOf(countsOf(counts, m_view.shownClass()));
        values.push_back({ratioText(ratios.precision, 3), ratioText(ratios.recall, 3), ratioText(ratios.f1, 3), qs(formatGrouped(total.tp)),
                          qs(formatGrouped(total.fp)), qs(formatGrouped(total.fn))});
    }
    for (qsizetype row = 0; row < words.size(); ++row) {
        html += QStringLiteral("<tr><td>%1</td>").arg(words[row]);
        for (const QStringList& one : values)
            html += QStringLiteral("<td align='right'>&nbsp;&nbsp;%1</td>").arg(one[row]);
        html += QStringLiteral("</tr>");
    }
    return html + QStringLiteral("</table>");
}

ApIouChart::ApIouChart(QWidget* parent) : LineChart(tr("AP against match IoU"), parent) {
    setObjectName(QStringLiteral("apIouChart"));
    setPointsAtMost(kPointsAtMost);
}

void ApIouChart::setView(const EvaluateView& view) {
    setHeading(ofClass(view, tr("AP against match IoU")));
    setAxes({tr("match IoU"), 0.5, 0.95, false, false, 2, 10},
            {view.shownClass() == CurveChoice::kMean ? tr("mAP") : tr("AP"), 0, 1, true, false, 2});
    std::vector<ChartLine> lines;
    for (std::size_t i = 0; i < view.runs.size(); ++i) {
        const auto& tables = view.runs[i].run->tables;
        if (!tables)
            continue; // a moment later
        const auto& classes = tables->yolov5.classes;
        const auto mine =
            std::find_if(classes.begin(), classes.end(), [&](const eval::ClassResult& one) { return one.classId == view.shownClass(); });
        if (view.shownClass() != CurveChoice::kMean && mine == classes.end())
            continue;
        const auto& byIou = mine == classes.end() ? tables->yolov5.mapByIou : mine->apByIou;
        std::vector<QPointF> points;
        for (std::size_t k = 0; k < byIou.size(); ++k)
            points.emplace_back(static_cast<double>(50 + 5 * k) / 100, byIou[k]);
        lines.push_back({runLetter(i) + QLatin1Char(' ') + qs(view.runs[i].run->run),
                         runColour(i),
                         2.2,
                         false,
                         runMarker(i),
                         std::move(points),
                         {},
                         true});
    }
    setLines(std::move(lines));
    setPoints(view);
}

void ApIouChart::setPoints(const EvaluateView& view) {
    setCursor(view.matchIou, true, kMatchIouStep);
    setMark(view.hoverMatchIou);
}

} // namespace intersect::ui
