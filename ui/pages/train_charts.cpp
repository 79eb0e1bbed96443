// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train_charts.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/pages/train_settings.h"
#include "ui/text.h"
#include "ui/widgets/line_chart.h"

namespace intersect::ui {

namespace {

template <class Value>
std::vector<QPointF> pointsOf(const std::vector<runs::EpochRecord>& history, Value value) {
    std::vector<QPointF> points;
    points.reserve(history.size());
    for (const runs::EpochRecord& record : history)
        points.emplace_back(record.epoch, value(record));
    return points;
}

QString lastOf(const std::vector<QPointF>& points, int decimals) {
    return points.empty() ? QStringLiteral("–") : qs(formatFixed(points.back().y(), decimals));
}

} // namespace

TrainCharts::TrainCharts(QWidget* parent) : QWidget(parent) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 8, 16, 8);
    layout->setSpacing(12);
    auto* losses = new QWidget;
    losses->setObjectName(QStringLiteral("lossCharts"));
    auto* row = new QHBoxLayout(losses);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(16);
    const auto addChart = [](const QString& heading, const QString& objectName) {
        auto* chart = new LineChart(heading);
        chart->setObjectName(objectName);
        chart->setMinimumHeight(120);
        return chart;
    };
    m_box = addChart(tr("Box loss"), QStringLiteral("boxLossChart"));
    m_obj = addChart(tr("Objectness loss"), QStringLiteral("objLossChart"));
    m_cls = addChart(tr("Class loss"), QStringLiteral("clsLossChart"));
    for (LineChart* chart : {m_box, m_obj, m_cls})
        row->addWidget(chart, 1);
    layout->addWidget(losses, 10);

    auto* second = new QHBoxLayout;
    second->setSpacing(16);
    auto* mapColumn = new QVBoxLayout;
    mapColumn->setSpacing(0);
    m_map = addChart(tr("Validation mAP"), QStringLiteral("mapChart"));
    mapColumn->addWidget(m_map, 1);
    auto* compareRow = new QHBoxLayout;
    m_compare = new QComboBox;
    m_compare->setObjectName(QStringLiteral("compareCombo"));
    m_compare->setProperty("small", true);
    m_compare->setToolTip(tr("An earlier run, drawn in grey as a measure"));
    m_compare->setMinimumWidth(150);
    auto* compareWord = new ThemedLabel(tr("compare with"), FontRole::Caption, Tone::Text3);
    compareWord->setBuddy(m_compare);
    compareRow->setSpacing(8);
    compareRow->addStretch(1);
    compareRow->addWidget(compareWord);
    compareRow->addWidget(m_compare);
    mapColumn->addLayout(compareRow);
    second->addLayout(mapColumn, 19);
    m_rate = addChart(tr("Learning rate"), QStringLiteral("rateChart"));
    second->addWidget(m_rate, 10);
    layout->addLayout(second, 13);

    connect(m_compare, &QComboBox::currentIndexChanged, this, [this] { refreshMap(); });
    connect(&Theme::instance(), &Theme::changed, this, [this] { refresh(); });
}

void TrainCharts::setRun(const RunRow& run) {
    m_run = run;
    refresh();
}

void TrainCharts::setRuns(const std::vector<RunRow>& runs, const QString& shown) {
    m_runs = runs;
    const QString wanted = m_compare->currentData().toString();
    const bool first = m_compare->count() == 0;
    {
        const QSignalBlocker blocked(m_compare);
        m_compare->clear();
        m_compare->addItem(tr("nothing"), QString());
        for (const RunRow& run : runs)
            if (!run.summary.history.empty() && qs(run.summary.id) != shown)
                m_compare->addItem(qs(run.summary.id), qs(run.summary.id));
        const int index = m_compare->findData(wanted);
        m_compare->setCurrentIndex(index > 0 ? index : first && m_compare->count() > 1 ? 1 : 0);
    }
    refreshMap();
}

const RunRow* TrainCharts::compared() const {
    const QString name = m_compare->currentData().toString();
    const auto found = std::find_if(m_runs.begin(), m_runs.end(), [&](const RunRow& run) { return !name.isEmpty() && qs(run.summary.id) == name; });
    return found != m_runs.end() ? &*found : nullptr;
}

void TrainCharts::refresh() {
    refreshLosses();
    refreshMap();
    refreshRate();
}

void TrainCharts::refreshLosses() {
    const auto& history = m_run.summary.history;
    const Palette& palette = Theme::instance().palette();
    const double epochs = std::max(1, m_run.summary.epochs);
    const auto show = [&](LineChart* chart, double runs::EpochRecord::*train, double runs::EpochRecord::*val) {
        const auto trainPoints = pointsOf(history, [train](const runs::EpochRecord& record) { return record.*train; });
        const auto valPoints = pointsOf(history, [val](const runs::EpochRecord& record) { return record.*val; });
        const MarkerShape marker = history.size() < 3 ? MarkerShape::Disc : MarkerShape::None;
        chart->setEmptyText(history.empty() ? tr("grows by epoch") : QString());
        chart->setAxes({tr("epoch"), 0, epochs, false, false, 0}, {{}, 0, 1, true, false, 3});
        chart->setLines({{tr("train %1").arg(lastOf(trainPoints, 3)), palette.train, 1.8, false, marker, trainPoints, {}, true},
                         {tr("val %1").arg(lastOf(valPoints, 3)), palette.val, 1.8, false, marker, valPoints, {}, true}});
    };
    show(m_box, &runs::EpochRecord::box, &runs::EpochRecord::valBox);
    show(m_obj, &runs::EpochRecord::obj, &runs::EpochRecord::valObj);
    show(m_cls, &runs::EpochRecord::cls, &runs::EpochRecord::valCls);
}

void TrainCharts::refreshMap() {
    const auto& history = m_run.summary.history;
    const Palette& palette = Theme::instance().palette();
    const auto map50 = pointsOf(history, [](const runs::EpochRecord& record) { return record.map50; });
    const auto map5095 = pointsOf(history, [](const runs::EpochRecord& record) { return record.map5095; });
    std::vector<ChartLine> lines;
    double epochs = std::max(1, m_run.summary.epochs);
    if (const RunRow* other = compared()) {
        const auto& earlier = other->summary.history;
        epochs = std::max(epochs, static_cast<double>(earlier.back().epoch));
        lines.push_back({tr("%1 mAP50").arg(qs(other->summary.id)), palette.text3, 1.1, false, MarkerShape::None,
                         pointsOf(earlier, [](const runs::EpochRecord& record) { return record.map50; }), {}, true});
    }
    QColor pale = palette.accent;
    pale.setAlphaF(0.65F);
    const MarkerShape marker = history.size() < 3 ? MarkerShape::Disc : MarkerShape::None;
    lines.push_back({tr("mAP50 %1").arg(lastOf(map50, 3)), palette.accent, 2.4, false, marker, map50, {}, true});
    lines.push_back({tr("mAP50-95 %1").arg(lastOf(map5095, 3)), pale, 1.6, false, marker, map5095, {}, true});
    m_map->setEmptyText(history.empty() && lines.size() < 3 ? tr("grows by epoch") : QString());
    m_map->setAxes({tr("epoch"), 0, epochs, false, false, 0}, {{}, 0, 1, true, false, 2});
    std::vector<LineChart::Dot> dots;
    if (!history.empty()) {
        dots.push_back({map50.back(), palette.accent, MarkerShape::Disc, false});
        dots.push_back({map5095.back(), palette.accent, MarkerShape::Disc, false});
    }
    m_map->setLines(std::move(lines));
    m_map->setDots(std::move(dots));
}

void TrainCharts::refreshRate() {
    const auto& history = m_run.summary.history;
    const Palette& palette = Theme::instance().palette();
    const int epochs = std::max(1, m_run.summary.epochs);
    const auto measured = pointsOf(history, [](const runs::EpochRecord& record) { return record.lr; });
    std::vector<ChartLine> lines;
    if (m_run.config) {
        std::vector<QPointF> planned;
        if (!measured.empty())
            planned.push_back(measured.back());
        else
            planned.emplace_back(0, 0);
        for (int epoch = static_cast<int>(planned.back().x()) + 1; epoch <= epochs; ++epoch)
            planned.emplace_back(epoch, plannedRate(*m_run.config, epoch, m_run.trainFrames));
        if (planned.size() > 1)
            lines.push_back({tr("planned"), palette.text3, 1.4, true, MarkerShape::None, planned, {}, true});
    }
    const MarkerShape marker = history.size() < 3 ? MarkerShape::Disc : MarkerShape::None;
    if (!measured.empty())
        lines.push_back({tr("used %1").arg(lastOf(measured, 4)), palette.accent, 2.2, false, marker, measured, {}, true});
    m_rate->setEmptyText(lines.empty() ? tr("grows by epoch") : QString());
    m_rate->setAxes({tr("epoch"), 0, static_cast<double>(epochs), false, false, 0}, {{}, 0, 1, true, false, 3});
    m_rate->setDots(measured.empty() ? std::vector<LineChart::Dot>() : std::vector<LineChart::Dot>{{measured.back(), palette.accent, MarkerShape::Disc, false}});
    m_rate->setLines(std::move(lines));
}

} // namespace intersect::ui
