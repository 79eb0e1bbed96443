// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_charts.h"

#include <algorithm>

#include <QGridLayout>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/class_marker.h"
#include "ui/widgets/line_chart.h"
#include "ui/widgets/matrix_view.h"

namespace intersect::ui {

namespace {

QString two(double value) { return qs(formatFixed(value, 2)); }

std::vector<QPointF> against(const std::vector<double>& x, const std::vector<double>& y) {
    std::vector<QPointF> points;
    points.reserve(x.size());
    for (std::size_t i = 0; i < x.size() && i < y.size(); ++i)
        points.emplace_back(x[i], y[i]);
    return points;
}

/// The character of a class glyph in the read-out table.
QString glyphSign(int classId) {
    const bool hollow = Theme::instance().classGlyphHollow(classId);
    switch (Theme::instance().classGlyph(classId)) {
    case ClassGlyph::Triangle: return hollow ? QStringLiteral("△") : QStringLiteral("▲");
    case ClassGlyph::Square: return hollow ? QStringLiteral("□") : QStringLiteral("■");
    case ClassGlyph::Diamond: return hollow ? QStringLiteral("◇") : QStringLiteral("◆");
    case ClassGlyph::Disc: break;
    }
    return hollow ? QStringLiteral("○") : QStringLiteral("●");
}

} // namespace

EvaluateCharts::EvaluateCharts(QWidget* parent) : QWidget(parent) {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(16, 8, 16, 8);
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(16);
    m_pr = new LineChart(tr("PR curve"));
    m_pr->setObjectName(QStringLiteral("prChart"));
    m_pr->setAxes({tr("recall"), 0, 1, false, false, 1, 6}, {tr("precision"), 0, 1, false, false, 1, 6});
    m_iou = new LineChart(tr("AP against match IoU"));
    m_iou->setObjectName(QStringLiteral("apIouChart"));
    m_iou->setAxes({tr("match IoU"), 0.5, 0.95, false, false, 2, 10}, {tr("mAP"), 0, 1, true, false, 2});
    m_against = new LineChart(tr("P, R and F1 against confidence"));
    m_against->setObjectName(QStringLiteral("confidenceChart"));
    m_against->setAxes({tr("confidence"), 0, 1, false, false, 1, 6}, {{}, 0, 1, false, false, 1, 6});
    auto* confusion = new QWidget;
    auto* column = new QVBoxLayout(confusion);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    m_confusionHeading = new ChartHeading(tr("Confusion"));
    m_confusion = new MatrixView;
    m_confusion->setObjectName(QStringLiteral("confusionView"));
    column->addWidget(m_confusionHeading);
    column->addWidget(m_confusion, 1);
    for (LineChart* chart : {m_pr, m_iou, m_against})
        chart->setMinimumSize(240, 180);
    grid->addWidget(m_pr, 0, 0);
    grid->addWidget(m_iou, 0, 1);
    grid->addWidget(m_against, 1, 0);
    grid->addWidget(confusion, 1, 1);
    for (int i = 0; i < 2; ++i) {
        grid->setColumnStretch(i, 1);
        grid->setRowStretch(i, 1);
    }
    connect(m_against, &LineChart::cursorMoved, this, [this](double x) { Q_EMIT confidencePicked(std::clamp(x, 0.0, 1.0)); });
    connect(&Theme::instance(), &Theme::changed, this, [this] { refresh(); });
}

void EvaluateCharts::setEvaluations(std::shared_ptr<const RunEvaluation> a, std::shared_ptr<const RunEvaluation> b) {
    m_a = std::move(a);
    m_b = std::move(b);
    refresh();
}

void EvaluateCharts::setConfidence(double confidence) {
    m_confidence = confidence;
    refreshPoints();
}

void EvaluateCharts::setConfusion(const eval::ConfusionMatrix& matrix) {
    QStringList names;
    for (const int id : matrix.classIds)
        names << className(id);
    m_confusion->setMatrix(matrix, names);
    m_confusionHeading->setHeading(tr("Confusion at confidence %1").arg(two(matrix.confidence)));
}

QString EvaluateCharts::className(int classId) const {
    const auto id = static_cast<std::size_t>(std::max(0, classId));
    return m_a && id < m_a->detections.names.size() ? qs(m_a->detections.names[id]) : QString::number(classId);
}

void EvaluateCharts::refresh() {
    if (!m_a)
        return;
    refreshPr();
    refreshIou();
    refreshConfidence();
    refreshPoints();
}

void EvaluateCharts::refreshPr() {
    const Theme& theme = Theme::instance();
    std::vector<ChartLine> lines;
    const auto addPath = [&](const PrPath& path, const QString& name, const QColor& colour, double width, MarkerShape marker, bool legend) {
        lines.push_back({name, colour, width, false, marker, path.measured, {}, legend});
        lines.push_back({tr("%1, extrapolated").arg(name), colour, width * 0.75, true, MarkerShape::None, path.extrapolated, {}, false});
    };
    for (std::size_t i = 0; i < m_a->paths.size(); ++i) {
        const eval::ClassResult& one = m_a->yolov5.classes[i];
        addPath(m_a->paths[i], QStringLiteral("%1 %2").arg(qs(one.name), two(one.ap50())), theme.classColour(one.classId), 1.4, MarkerShape::None, true);
    }
    const QString meanName = m_b ? tr("A, mean") : tr("mean %1").arg(two(m_a->yolov5.map50));
    addPath(m_a->meanPath, meanName, theme.palette().runA, 2.6, MarkerShape::None, !m_b);
    if (m_b)
        addPath(m_b->meanPath, tr("B, mean"), theme.palette().runB, 2.6, MarkerShape::None, false);
    m_pr->setLines(std::move(lines));
    m_pr->setNote(tr("dashed: extrapolated"));
}

void EvaluateCharts::refreshPoints() {
    if (!m_a)
        return;
    const Theme& theme = Theme::instance();
    std::vector<LineChart::Dot> dots;
    QString rows = QStringLiteral("<table cellspacing='0' cellpadding='1'><tr><td><b>%1</b></td><td align='right'>&nbsp;&nbsp;P</td><td align='right'>&nbsp;&nbsp;R</td><td align='right'>&nbsp;&nbsp;F1</td></tr>")
                       .arg(tr("confidence %1").arg(two(m_confidence)));
    const auto addRow = [&](const QString& word, const OperatingPoint& point, bool strong) {
        const QString cell = strong ? QStringLiteral("<td align='right'>&nbsp;&nbsp;<b>%1</b></td>") : QStringLiteral("<td align='right'>&nbsp;&nbsp;%1</td>");
        rows += QStringLiteral("<tr><td>") + word + QStringLiteral("</td>") + cell.arg(two(point.precision)) + cell.arg(two(point.recall)) + cell.arg(two(point.f1)) + QStringLiteral("</tr>");
    };
    for (const eval::ClassResult& one : m_a->yolov5.classes) {
        const OperatingPoint point = pointAt(one.curve, m_confidence);
        if (point.precision > 0)
            dots.push_back({{point.recall, point.precision}, theme.classColour(one.classId), markerOfClass(one.classId), true});
        addRow(QStringLiteral("<span style='color:%1'>%2</span> %3").arg(theme.classColour(one.classId).name(), glyphSign(one.classId), qs(one.name).toHtmlEscaped()), point, false);
    }
    addRow(QStringLiteral("<b>%1</b>").arg(m_b ? tr("mean of A") : tr("mean")), meanPointAt(m_a->yolov5, m_confidence), true);
    if (m_b)
        addRow(QStringLiteral("<b>%1</b>").arg(tr("mean of B")), meanPointAt(m_b->yolov5, m_confidence), true);
    m_pr->setDots(std::move(dots));
    m_pr->setReadout(rows + QStringLiteral("</table>"));

    m_against->setCursor(m_confidence, true, 0.01);
    std::vector<LineChart::Dot> best;
    const auto addBest = [&](const RunEvaluation& run, const QColor& colour) {
        const auto at = std::max_element(run.yolov5.meanF1.begin(), run.yolov5.meanF1.end());
        if (at != run.yolov5.meanF1.end())
            best.push_back({{run.yolov5.confidences[static_cast<std::size_t>(at - run.yolov5.meanF1.begin())], *at}, colour, MarkerShape::Disc, false});
    };
    addBest(*m_a, theme.palette().runA);
    if (m_b)
        addBest(*m_b, theme.palette().runB);
    m_against->setDots(std::move(best));
}

void EvaluateCharts::refreshIou() {
    std::vector<ChartLine> lines;
    const auto add = [&](const RunEvaluation& run, const QString& letter, const QColor& colour, MarkerShape marker) {
        std::vector<QPointF> points;
        for (std::size_t i = 0; i < run.yolov5.mapByIou.size(); ++i)
            points.emplace_back(0.5 + 0.05 * static_cast<double>(i), run.yolov5.mapByIou[i]);
        lines.push_back({letter + QLatin1Char(' ') + qs(run.run), colour, 2.2, false, marker, std::move(points), {}, true});
    };
    add(*m_a, QStringLiteral("A"), Theme::instance().palette().runA, MarkerShape::Disc);
    if (m_b)
        add(*m_b, QStringLiteral("B"), Theme::instance().palette().runB, MarkerShape::Square);
    m_iou->setLines(std::move(lines));
}

void EvaluateCharts::refreshConfidence() {
    std::vector<ChartLine> lines;
    const auto add = [&](const RunEvaluation& run, const QString& letter, const QColor& colour, bool ends) {
        const eval::Evaluation& e = run.yolov5;
        QColor pale = colour;
        pale.setAlphaF(0.6F);
        lines.push_back({letter + tr(" P"), pale, 1.2, false, MarkerShape::None, against(e.confidences, e.meanPrecision), ends ? tr("P") : QString(), false});
        lines.push_back({letter + tr(" R"), pale, 1.2, false, MarkerShape::None, against(e.confidences, e.meanRecall), ends ? tr("R") : QString(), false});
        const QString best = tr("F1 of %1, best %2 at %3").arg(letter, qs(formatFixed(e.f1, 3)), two(e.bestConfidence));
        lines.push_back({best, colour, 2.4, false, MarkerShape::None, against(e.confidences, e.meanF1), {}, true});
    };
    if (m_b)
        add(*m_b, QStringLiteral("B"), Theme::instance().palette().runB, false);
    add(*m_a, QStringLiteral("A"), Theme::instance().palette().runA, true);
    m_against->setLines(std::move(lines));
}

} // namespace intersect::ui
