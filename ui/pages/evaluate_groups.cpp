// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_groups.h"

#include <algorithm>
#include <utility>

#include <QHBoxLayout>

#include "ui/pages/evaluate_text.h"
#include "ui/settings.h"
#include "ui/widgets/cell_view.h"
#include "ui/widgets/segmented_buttons.h"

namespace intersect::ui {

namespace {

const QString kKindKey = QStringLiteral("evaluate/groups");
constexpr int kIntervalQuietMs = 400;
enum Column {
    NameColumn,
    ApColumn,
    IntervalColumn,
    FramesColumn,
    LabelsColumn,
    PrecisionColumn,
    RecallColumn,
    FnColumn,
    FpColumn,
    TpColumn,
    ErrorColumn,
    BiasColumn
};

} // namespace

GroupsPanel::GroupsPanel(SidePane* pane) : QObject(pane) {
    QVBoxLayout* section = pane->addSection(tr("By group"), &m_caption);
    m_kinds = new SegmentedButtons({tr("Camera"), tr("Pool"), tr("Hour"), tr("Box size")});
    m_kinds->setObjectName(QStringLiteral("groupPicker"));
    m_kinds->setAccessibleName(tr("What the table is by"));
    m_kinds->setCurrent(std::clamp(settings().value(kKindKey, 0).toInt(), 0, 3));
    section->addWidget(m_kinds);
    const QString interval = tr("95 % of 1,000 redraws of the frames, with replacement, give an AP50 in this range (bootstrap, seed 0). "
                                "Two ranges that overlap do not tell two groups apart.");
    const Qt::SortOrder low = Qt::AscendingOrder, high = Qt::DescendingOrder;
    m_table =
        new CellTable({{tr("Camera"), false, {}, low},
                       {tr("AP50"), true, {}, low},
                       {tr("95 %"), true, interval, low},
                       {tr("Frames"), true, {}, low},
                       {tr("Labels"), true, {}, low},
                       {tr("P"), true, tr("Precision at the thresholds, TP / (TP + FP), all classes together"), low},
                       {tr("R"), true, tr("Recall at the thresholds, TP / (TP + FN), all classes together"), low},
                       {tr("FN"), true, tr("Missed at the thresholds"), high},
                       {tr("FP"), true, tr("Invented at the thresholds"), high},
                       {tr("TP"), true, tr("Found at the thresholds"), low},
                       {tr("Off by"), true,
                        tr("Mean over frames of how far the number of boxes above the confidence is from the number of labels"), high},
                       {tr("Bias"), true, tr("Mean over frames of boxes less labels: below 0 it counts too few"), low}},
                      this);
    m_table->setTotalRows(1);
    m_view = new CellView(m_table);
    m_view->setObjectName(QStringLiteral("cameraTable"));
    m_view->setAccessibleName(tr("Results by group"));
    m_view->setToolTip(tr("Double click or Enter shows the frames in Inspect"));
    m_view->setSortable();
    m_view->setSaveable(QStringLiteral("results-by-group"));
    m_view->allowWide();
    m_view->fitHeight();
    section->addWidget(m_view);
    m_hint = new ThemedLabel({}, FontRole::Caption, Tone::Text2);
    m_hint->setWordWrap(true);
    m_counting = new ThemedLabel({}, FontRole::Table, Tone::Text);
    m_counting->setObjectName(QStringLiteral("countingLine"));
    m_counting->setWordWrap(true);
    m_counting->setToolTip(tr("How far the number of boxes above the confidence is from the number of labels, mean over the frames; the "
                              "bias tells whether it counts too many (+) or too few (-)"));
    section->addWidget(m_hint);
    section->addWidget(m_counting);
    m_intervalSoon.setSingleShot(true);
    m_intervalSoon.setInterval(kIntervalQuietMs);
    connect(&m_intervalSoon, &QTimer::timeout, this, &GroupsPanel::computeIntervals);
    connect(m_kinds, &SegmentedButtons::currentChanged, this, [this](int kind) {
        settings().setValue(kKindKey, kind);
        m_figures.reset();
        compute();
    });
    connect(m_view, &CellView::rowChosen, this, [this](const QString& key) {
        if (!m_shown.run || !m_figures)
            return;
        QStringList paths;
        for (const std::size_t image : imagesOfGroup(*m_shown.run, kind(), key.toStdString()))
            paths << qs(m_shown.run->detections().images[image].file);
        const auto row = std::ranges::find_if(m_figures->rows, [&](const GroupRow& one) { return qs(one.key) == key; });
        if (row != m_figures->rows.end() && !paths.isEmpty())
            Q_EMIT framesWanted(paths, nameOf(*row));
    });
    fill();
}

GroupKind GroupsPanel::kind() const {
    return static_cast<GroupKind>(m_kinds->current());
}

bool GroupsPanel::isSettled() const {
    return !m_computing && !m_intervalSoon.isActive() && (!m_shown.run || (m_intervalsOf == m_shown.run->set && m_intervalsKind == kind()));
}

void GroupsPanel::setRun(const ShownRun& shown, const QString& letter) {
    m_letter = letter;
    if (shown.run == m_shown.run && shown.live == m_shown.live && m_figures)
        return;
    m_shown = shown;
    if (!m_shown.run) {
        m_job.cancel();
        m_intervalJob.cancel();
        m_intervalSoon.stop();
        m_computing = m_again = false;
        m_figures.reset();
        fill();
        return;
    }
    compute();
}

void GroupsPanel::compute() {
    if (!m_intervalsOf)
        m_intervalJob.cancel(); // the slider has the cores for itself; the intervals begin again when it rests
    if (m_intervalsOf && (!m_shown.run || m_intervalsOf != m_shown.run->set || m_intervalsKind != kind())) {
        m_intervals.clear();
        m_intervalsOf.reset();
        m_intervalJob.cancel();
    }
    if (!m_shown.run) {
        fill();
        return;
    }
    if (m_computing) { // one after the other, each with the newest, so that the table moves with the slider
        m_again = true;
        return;
    }
    m_computing = true;
    m_job.start([shown = m_shown, kind = kind()](const JobRunner::Cancelled&) { return groupFigures(shown, kind); },
                [this](GroupFigures figures) {
                    m_computing = false;
                    if (figures.kind == kind()) {
                        m_figures = std::move(figures);
                        fill();
                    }
                    if (std::exchange(m_again, false))
                        compute();
                    else if (!m_intervalsOf)
                        m_intervalSoon.start();
                });
}

void GroupsPanel::computeIntervals() {
    if (!m_shown.run)
        return;
    m_intervalJob.start(
        [run = m_shown.run, kind = kind()](const JobRunner::Cancelled& cancelled) { return groupIntervals(*run, kind, cancelled); },
        [this, set = m_shown.run->set, kind = kind()](std::vector<eval::Interval> intervals) {
            if (intervals.empty() || !m_shown.run || m_shown.run->set != set || kind != this->kind())
                return;
            m_intervals = std::move(intervals);
            m_intervalsOf = set;
            m_intervalsKind = kind;
            fill();
        });
}

QString GroupsPanel::nameOf(const GroupRow& row) const {
    if (kind() == GroupKind::Hour)
        return row.key == "unknown" ? tr("hour unknown") : tr("%1 h").arg(qs(row.key));
    if (kind() != GroupKind::Size)
        return qs(row.name);
    return row.key == "small" ? tr("small boxes") : row.key == "medium" ? tr("medium boxes") : tr("large boxes");
}

void GroupsPanel::fill() {
    const bool sizes = kind() == GroupKind::Size;
    const QString words[] = {tr("Camera"), tr("Pool"), tr("Hour"), tr("Box size")};
    m_table->setHeading(NameColumn, words[m_kinds->current()],
                        sizes ? tr("Area of the box in the picture: small below 32 × 32 pixels, large above 96 × 96 (COCO)")
                        : kind() == GroupKind::Hour ? tr("Hour of day by the time in the file's name")
                                                    : QString());
    m_table->setHeading(ApColumn, tr("AP50"),
                        sizes ? tr("Mean over classes at IoU 0.50, COCO's definition for this range of areas")
                              : tr("Mean over classes at IoU 0.50, YOLOv5's definition, as the intervals are"));
    std::vector<std::vector<Cell>> cells;
    bool unseenAny = false;
    if (m_figures) {
        const auto add = [&](const GroupRow& row, const QString& name, const eval::Interval* interval, bool total) {
            std::vector<Cell> line(BiasColumn + 1);
            line[NameColumn] = wordCell(row.unseen ? tr("%1 new").arg(name) : name);
            line[NameColumn].toolTip = row.unseen ? tr("%1: this camera was never seen in training").arg(qs(row.key)) : qs(row.key);
            if (!total)
                line[NameColumn].key = qs(row.key);
            line[ApColumn] = numberCell(row.ap50, three(row.ap50));
            line[ApColumn].bar = std::isfinite(row.ap50) ? row.ap50 : 0;
            line[ApColumn].barInVal = row.unseen;
            line[IntervalColumn] = interval == nullptr ? wordCell(QStringLiteral("…"), Tone::Text3)
                                                       : numberCell(interval->low, rangeText(*interval), Tone::Text2);
            if (sizes && !total)
                line[IntervalColumn].toolTip = tr("Frames are redrawn, and a frame holds boxes of all sizes");
            line[FramesColumn] = countCell(row.images);
            line[LabelsColumn] = countCell(row.labels);
            line[PrecisionColumn] = numberCell(row.precision(), two(row.precision()));
            line[RecallColumn] = numberCell(row.recall(), two(row.recall()));
            line[FnColumn] = countCell(row.fn);
            line[FpColumn] = countCell(row.fp);
            line[TpColumn] = countCell(row.tp);
            line[ErrorColumn] = numberCell(row.countError, two(row.countError));
            line[BiasColumn] =
                numberCell(row.countBias,
                           std::isfinite(row.countBias) && row.countBias > 0 ? QLatin1Char('+') + two(row.countBias) : two(row.countBias));
            cells.push_back(std::move(line));
        };
        const bool intervals = m_intervals.size() == m_figures->rows.size() + 1;
        for (std::size_t i = 0; i < m_figures->rows.size(); ++i) {
            const GroupRow& row = m_figures->rows[i];
            unseenAny = unseenAny || row.unseen;
            add(row, nameOf(row), intervals ? &m_intervals[i] : nullptr, false);
        }
        add(m_figures->all, tr("All"), intervals ? &m_intervals.back() : nullptr, true);
    }
    m_table->setRows(std::move(cells));
    m_caption->setText(m_figures
                           ? tr("run %1, confidence %2, IoU %3").arg(m_letter, two(m_shown.live->confidence), two(m_shown.live->matchIou))
                           : QString());
    m_hint->setText(unseenAny ? tr("new (amber bar): camera never seen in training") : QString());
    m_hint->setVisible(unseenAny);
    const bool frames = m_figures && m_figures->all.images > 0;
    m_counting->setText(frames ? tr("Counting: off by %1 vehicles a frame, bias %2%3.")
                                     .arg(two(m_figures->all.countError), m_figures->all.countBias > 0 ? QStringLiteral("+") : QString(),
                                          two(m_figures->all.countBias))
                               : QString());
    m_counting->setVisible(frames);
}

} // namespace intersect::ui
