// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_pr_chart.h"

#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QMenu>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/class_marker.h"

namespace intersect::ui {

namespace {

constexpr std::size_t kLegendClasses = 10; ///< those with the most labels; all are drawn
constexpr int kPointsAtMost = 400;
constexpr double kClassPx = 1.6, kMeanPx = 2.6, kContextPx = 1.1;

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

QString tableRow(const QString& word, const QStringList& values, bool strong) {
    QString row = QStringLiteral("<tr><td>%1</td>").arg(strong ? QStringLiteral("<b>%1</b>").arg(word) : word);
    for (const QString& value : values)
        row += QStringLiteral("<td align='right'>&nbsp;&nbsp;%1</td>").arg(strong ? QStringLiteral("<b>%1</b>").arg(value) : value);
    return row + QStringLiteral("</tr>");
}

QString table(const QString& rows) {
    return QStringLiteral("<table cellspacing='0' cellpadding='1'>") + rows + QStringLiteral("</table>");
}

QColor mixed(const QColor& from, const QColor& to, double part) {
    const auto mix = [part](int a, int b) { return static_cast<int>(std::lround(a + part * (b - a))); };
    return QColor(mix(from.red(), to.red()), mix(from.green(), to.green()), mix(from.blue(), to.blue()));
}

} // namespace

PrChart::PrChart(QWidget* parent) : LineChart(tr("PR curve"), parent) {
    setObjectName(QStringLiteral("prChart"));
    setAxes({tr("recall"), 0, 1, false, false, 1, 6}, {tr("precision"), 0, 1, false, false, 1, 6});
    setCaption(tr("The dashed line ends at precision 0, so a perfect class reads 0.995."));
    setPointsAtMost(kPointsAtMost);
    setToolTip(tr("Solid: measured. Dashed: YOLOv5's definition draws a line from the last recall to precision 0 at recall 1.\n"
                  "Its last step, from recall 0.99 to 1, counts half, so even a perfect class reads 0.995 and not 1.\n"
                  "Click a curve or its word to shade the area that AP is; again, or Esc, releases it."));
    setHoverText([this](double recall) { return m_family ? familyTable(recall) : QString(); });
}

PrChart::Drawn PrChart::drawnOf(const ShownRun& shown) {
    Drawn drawn;
    drawn.set = shown.run->set;
    drawn.matchIou = shown.live->matchIou;
    for (const eval::LiveClass& one : shown.live->classes)
        if (one.labels > 0) {
            drawn.classIds.push_back(one.classId);
            drawn.classes.push_back(pathOf(one.curve));
        }
    drawn.mean = meanPathOf(drawn.classes);
    return drawn;
}

void PrChart::setView(const EvaluateView& view) {
    m_view = view;
    m_drawn.resize(view.runs.size());
    for (std::size_t i = 0; i < view.runs.size(); ++i)
        if (m_drawn[i].set != view.runs[i].run->set || m_drawn[i].matchIou != view.runs[i].live->matchIou)
            m_drawn[i] = drawnOf(view.runs[i]);
    if (m_family)
        refreshFamily();
    else
        refreshClasses();
    setPoints(view);
}

QString PrChart::linesKey() const {
    // The addresses of what the curves were made from stand for it: it never changes, and m_drawn keeps it alive.
    QString key = QString::number(m_view.classesOf) + (Theme::instance().isDark() ? QLatin1Char('d') : QLatin1Char('l'));
    for (std::size_t i = 0; i < m_view.runs.size(); ++i)
        key += QStringLiteral("|%1@%2@%3").arg(quintptr(m_drawn[i].set.get())).arg(m_drawn[i].matchIou).arg(qs(m_view.runs[i].run->run));
    return key;
}

void PrChart::refreshClasses() {
    const Theme& theme = Theme::instance();
    setHeading(tr("PR curve"));
    setChosen(m_view.chosen ? m_view.chosen->number() : -1);
    if (const QString key = linesKey(); key == m_linesKey)
        return;
    else
        m_linesKey = key;
    const ShownRun& run = m_view.classesRun();
    const Drawn& classes = m_drawn[static_cast<std::size_t>(m_view.classesOf)];
    std::vector<std::int64_t> labels;
    for (const eval::LiveClass& one : run.live->classes)
        if (one.labels > 0)
            labels.push_back(one.labels);
    std::vector<std::int64_t> byLabels = labels;
    std::sort(byLabels.rbegin(), byLabels.rend());
    const std::int64_t least = byLabels.size() > kLegendClasses ? byLabels[kLegendClasses - 1] : 0;

    std::vector<ChartLine> lines;
    const auto add = [&](const PrPath& path, const QString& name, const QColor& colour, double width, MarkerShape marker, bool legend,
                         const CurveChoice& choice) {
        lines.push_back({name, colour, width, false, marker, path.measured, {}, legend, true, choice.number()});
        lines.push_back({tr("%1, extrapolated").arg(name),
                         colour,
                         width * 0.75,
                         true,
                         MarkerShape::None,
                         path.extrapolated,
                         {},
                         false,
                         false,
                         choice.number()});
    };
    std::size_t at = 0;
    for (const eval::LiveClass& one : run.live->classes) {
        if (one.labels == 0)
            continue;
        add(classes.classes[at], QStringLiteral("%1 %2").arg(qs(run.run->className(one.classId)), ratioText(one.ap)),
            theme.classColour(one.classId), kClassPx, markerOfClass(one.classId), labels[at] >= least, {m_view.classesOf, one.classId});
        ++at;
    }
    const bool several = m_view.runs.size() > 1;
    for (std::size_t i = 0; i < m_view.runs.size(); ++i) {
        const QString ap = ratioText(m_view.runs[i].live->map);
        add(m_drawn[i].mean, several ? tr("%1, mean %2").arg(runLetter(i), ap) : tr("mean %1").arg(ap), runColour(i), kMeanPx,
            several ? runMarker(i) : MarkerShape::None, true, {static_cast<int>(i), CurveChoice::kMean});
    }
    setLines(std::move(lines));
}

void PrChart::setPoints(const EvaluateView& view) {
    m_view = view;
    if (m_family) {
        setDots({});
        setReadout(familyTable(std::nullopt));
        setNote({});
        return;
    }
    std::vector<Dot> dots;
    const ShownRun& run = m_view.classesRun();
    const auto counts = countsAt(*run.live, m_view.shownConfidence());
    for (const eval::ThresholdCounts& one : counts)
        if (one.tp > 0)
            dots.push_back({{one.recall(), one.precision()}, Theme::instance().classColour(one.classId), markerOfClass(one.classId), true});
    setDots(std::move(dots));
    setReadout(pointsTable());
    setNote(noteText());
}

QString PrChart::pointsTable() const {
    const ShownRun& run = m_view.classesRun();
    const auto values = [](const eval::MeanRatios& one) {
        return QStringList{ratioText(one.precision), ratioText(one.recall), ratioText(one.f1)};
    };
    QString rows = tableRow(tr("confidence %1").arg(ratioText(m_view.shownConfidence())), {tr("P"), tr("R"), tr("F1")}, true);
    const auto counts = countsAt(*run.live, m_view.shownConfidence());
    std::size_t left = kLegendClasses;
    for (const eval::LiveClass& one : run.live->classes) {
        if (one.labels == 0 || left == 0)
            continue;
        --left;
        const QString glyph = QStringLiteral("<span style='color:%1'>%2</span> %3")
                                  .arg(Theme::instance().classColour(one.classId).name(), glyphSign(one.classId),
                                       qs(run.run->className(one.classId)).toHtmlEscaped());
        rows += tableRow(glyph, values(ratiosOf(counts, one.classId)), false);
    }
    for (std::size_t i = 0; i < m_view.runs.size(); ++i)
        rows += tableRow(m_view.runs.size() > 1 ? tr("mean of %1").arg(runLetter(i)) : tr("mean"),
                         values(ratiosOf(countsAt(*m_view.runs[i].live, m_view.shownConfidence()), CurveChoice::kMean)), true);
    return table(rows);
}

QString PrChart::noteText() const {
    QString note = tr("dashed: extrapolated");
    if (!m_view.chosen || m_view.chosen->run >= static_cast<int>(m_view.runs.size()))
        return note;
    const ShownRun& run = m_view.runs[static_cast<std::size_t>(m_view.chosen->run)];
    const QString iou = ratioText(run.live->matchIou);
    if (m_view.chosen->classId == CurveChoice::kMean)
        return tr("area: mAP %1 at match IoU %2").arg(ratioText(run.live->map, 3), iou) + QLatin1Char('\n') + note;
    for (const eval::LiveClass& one : run.live->classes)
        if (one.classId == m_view.chosen->classId)
            return tr("area: AP of %1 %2 at match IoU %3").arg(qs(run.run->className(one.classId)), ratioText(one.ap, 3), iou) +
                   QLatin1Char('\n') + note;
    return note;
}

// --- the family over match IoU ------------------------------------------------------------------------------------

PrChart::Family PrChart::familyOf(const eval::Suppressed& set, int classId, const JobRunner::Cancelled& cancelled) {
    Family family;
    for (std::size_t i = 0; i < 10 && !cancelled(); ++i) {
        Member member;
        member.matchIou = static_cast<double>(50 + 5 * i) / 100;
        std::vector<PrPath> paths;
        for (const eval::PairedClass& paired : set.pairing.classes) {
            if (paired.labels == 0 || (classId != CurveChoice::kMean && paired.classId != classId))
                continue;
            const eval::CurveAt at = eval::curveAt(paired, set.pairing.objects, member.matchIou);
            paths.push_back(pathOf(at.curve));
            member.ap += at.ap;
        }
        if (paths.empty())
            return {};
        member.ap /= static_cast<double>(paths.size());
        member.path = paths.size() == 1 ? paths.front() : meanPathOf(paths);
        family.push_back(std::move(member));
    }
    return family;
}

void PrChart::refreshFamily() {
    const ShownRun& shown = m_view.runs[std::min(familyRun(), m_view.runs.size() - 1)];
    const int classId = m_view.shownClass();
    setHeading(classId == CurveChoice::kMean ? tr("PR curve by match IoU, mean of %1").arg(runLetter(familyRun()))
                                             : tr("PR curve by match IoU, %1").arg(qs(shown.run->className(classId))));
    setChosen(-1);
    if (m_membersOf == shown.run->set && m_membersClass == classId && m_members.size() == 10) {
        drawFamily();
        return;
    }
    m_familyJob.start([set = shown.run->set, classId](const JobRunner::Cancelled& cancelled) { return familyOf(*set, classId, cancelled); },
                      [this, set = shown.run->set, classId](Family family) {
                          m_members = std::move(family);
                          m_membersOf = set;
                          m_membersClass = classId;
                          if (m_family) {
                              drawFamily();
                              setReadout(familyTable(std::nullopt));
                          }
                      });
}

void PrChart::drawFamily() {
    const Palette& palette = Theme::instance().palette();
    const QColor strong = m_membersClass == CurveChoice::kMean ? runColour(familyRun()) : Theme::instance().classColour(m_membersClass);
    std::vector<ChartLine> lines;
    for (std::size_t i = 0; i < m_members.size(); ++i) {
        const Member& member = m_members[i];
        const bool current = std::abs(member.matchIou - m_view.matchIou) < 0.0251;
        const bool named = current || i == 0 || i + 1 == m_members.size();
        const QColor colour = mixed(strong, palette.surface, 0.62 * static_cast<double>(i) / static_cast<double>(m_members.size()));
        const QString word = ratioText(member.matchIou);
        lines.push_back({tr("IoU %1").arg(word), colour, current ? kMeanPx : kClassPx, false, MarkerShape::None, member.path.measured,
                         named ? word : QString(), false});
        lines.push_back(
            {tr("IoU %1, extrapolated").arg(word), colour, kContextPx, true, MarkerShape::None, member.path.extrapolated, {}, false});
    }
    m_linesKey.clear();
    setLines(std::move(lines));
}

QString PrChart::familyTable(std::optional<double> recall) const {
    if (m_members.empty())
        return {};
    QString rows = tableRow(tr("match IoU"),
                            recall ? QStringList{tr("AP"), tr("P at recall %1").arg(ratioText(*recall))} : QStringList{tr("AP")}, true);
    for (const Member& member : m_members) {
        QStringList values{ratioText(member.ap, 3)};
        if (recall) {
            const bool measured = !member.path.measured.empty() && *recall <= member.path.measured.back().x();
            ChartLine line;
            line.points = measured ? member.path.measured : member.path.extrapolated;
            const auto value = valueAt(line, *recall);
            values << (value ? ratioText(*value) + (measured ? QString() : tr(" extrapolated")) : QStringLiteral("–"));
        }
        rows += tableRow(ratioText(member.matchIou), values, std::abs(member.matchIou - m_view.matchIou) < 0.0251);
    }
    return table(rows);
}

void PrChart::setFamily(bool family) {
    if (family == m_family)
        return;
    m_family = family;
    m_linesKey.clear();
    m_familyJob.cancel();
    if (!m_view.runs.empty())
        setView(EvaluateView(m_view));
    Q_EMIT familyChanged(family);
}

void PrChart::addToMenu(QMenu& menu) {
    menu.addAction(m_family ? tr("Curves of the classes\tF") : tr("Curves by match IoU\tF"), this, [this] { setFamily(!m_family); });
}

void PrChart::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_F && event->modifiers() == Qt::NoModifier)
        setFamily(!m_family);
    else
        LineChart::keyPressEvent(event);
}

} // namespace intersect::ui
