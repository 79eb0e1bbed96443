// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/losses_epochs.h"

#include <algorithm>
#include <map>
#include <numeric>

#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {
namespace {

constexpr std::array kLetters{"A", "B"};
constexpr int kClassRows = 6; ///< seen at once

Cell word(const QString& text) {
    Cell cell;
    cell.text = text;
    return cell;
}

Cell number(const QString& text, double order) {
    Cell cell = word(text);
    cell.order = order;
    return cell;
}

Cell none() {
    Cell cell = word(QStringLiteral("–"));
    cell.tone = Tone::Text3;
    return cell;
}

/// Cells of the val list that have an object of each class, as a run's last record counted them.
std::map<int, qint64> valCells(const RunTruth& truth) {
    std::map<int, qint64> cells;
    if (!truth.records.empty())
        for (const auto& [id, histogram] : truth.records.back().objectPositives)
            for (const runs::PtBin& bin : histogram.bins)
                cells[id] += bin.count;
    return cells;
}

/// The learning rate of an epoch, as words behind a read-out.
QString rateText(const RunTruth& truth, int epoch) {
    for (const runs::EpochRecord& record : truth.history)
        if (record.epoch == epoch)
            return RunEpochs::tr(", learning rate %1").arg(qs(formatFixed(record.lr, 5)));
    return {};
}

} // namespace

RunEpochs::RunEpochs(Session& session, QWidget* parent) : QWidget(parent), m_list(new RunList(session, this)) {
    setObjectName(QStringLiteral("runEpochs"));
    for (Place& place : m_places)
        place.source = new RunSource(session, this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    column->addWidget(makeHead());
    auto* crossings = new QHBoxLayout;
    crossings->setSpacing(16);
    const auto addCrossings = [&](const QString& heading, const QString& caption, const QString& objectName) {
        auto* chart = new LineChart(heading);
        chart->setObjectName(objectName);
        chart->setAccessibleName(heading);
        chart->setCaption(caption);
        chart->setMinimumHeight(150);
        crossings->addWidget(chart, 1);
        return chart;
    };
    m_positives = addCrossings(tr("Positives that crossed p 0.5"), tr("Cells of the val list with an object, since the record before"),
                               QStringLiteral("crossedPositivesChart"));
    m_negatives = addCrossings(tr("Negatives that crossed p 0.5"), tr("All its other cells; easy and hard examples change places"),
                               QStringLiteral("crossedNegativesChart"));
    column->addLayout(crossings, 2);
    column->addWidget(makeClasses(), 3);

    connect(m_list, &RunList::changed, this, &RunEpochs::fillRuns);
    connect(&session, &Session::workspaceChanged, this, [this] {
        for (Place& place : m_places)
            place.wanted.reset();
    });
    for (Place& place : m_places) {
        connect(place.combo, &QComboBox::activated, this, [this, &place] {
            place.wanted = place.combo->currentData().toString();
            place.source->setRun(*place.wanted);
            draw();
        });
        connect(place.source, &RunSource::changed, this, &RunEpochs::draw);
        connect(place.source, &RunSource::slow, this, [this] {
            for (LineChart* chart : {m_positives, m_negatives, m_ap})
                chart->setEmptyText(QStringLiteral("…"));
        });
    }
    connect(m_classView->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RunEpochs::drawClass);
    connect(&Theme::instance(), &Theme::changed, this, &RunEpochs::draw);
    draw();
}

QWidget* RunEpochs::makeHead() {
    auto* head = new QWidget;
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    for (std::size_t i = 0; i < m_places.size(); ++i) {
        auto* letter = new ThemedLabel(tr("Run %1").arg(qs(kLetters[i])), FontRole::Body, Tone::Text2);
        auto* combo = new QComboBox;
        combo->setObjectName(QStringLiteral("epochsRun") + qs(kLetters[i]));
        combo->setAccessibleName(tr("Run %1").arg(qs(kLetters[i])));
        combo->setToolTip(i == 0 ? tr("The run whose epochs are shown") : tr("Another run beside it"));
        combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        combo->setMinimumContentsLength(16);
        letter->setBuddy(combo);
        row->addWidget(letter);
        row->addWidget(combo, 1);
        row->addSpacing(8);
        m_places[i].combo = combo;
    }
    row->addStretch(1);
    return head;
}

QWidget* RunEpochs::makeClasses() {
    auto* place = new QWidget;
    auto* column = new QVBoxLayout(place);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    const QString to = tr("The first epoch with at least 90 % of the run's best AP at IoU 0.5 for this class");
    m_classes = new CellTable(
        {{tr("Class"), false, tr("Rare classes first")},
         {tr("Boxes"), true, tr("In the train list of run A; where the data set is not open, val cells that have such an object")},
         {tr("A best"), true, tr("Best AP at IoU 0.5 on the val list, 0..1")},
         {tr("A to 90 %"), true, to},
         {tr("B best"), true, tr("Best AP at IoU 0.5 on the val list, 0..1")},
         {tr("B to 90 %"), true, to}},
        this);
    m_classView = new CellView(m_classes);
    m_classView->setObjectName(QStringLiteral("epochsClassTable"));
    m_classView->setAccessibleName(tr("Best AP of each class and the epochs it took"));
    m_classView->setStretchColumn(0);
    m_classView->setSortable();
    m_classView->setSaveable(tr("classes by epoch"));
    m_classView->fitHeight(kClassRows);
    column->addWidget(m_classView);
    m_ap = new LineChart(tr("AP at IoU 0.5 by epoch"));
    m_ap->setObjectName(QStringLiteral("classApChart"));
    m_ap->setAccessibleName(tr("AP of the chosen class by epoch"));
    m_ap->setMinimumHeight(150);
    column->addWidget(m_ap, 1);
    return place;
}

QColor RunEpochs::colour(std::size_t place) const {
    const Palette& palette = Theme::instance().palette();
    return place == 0 ? palette.runA : palette.runB;
}

QString RunEpochs::className(int id) const {
    for (std::size_t i = 0; i < m_places.size(); ++i)
        if (truth(i) != nullptr && !truth(i)->classNames.isEmpty())
            return truth(i)->className(id);
    return QString::number(id);
}

void RunEpochs::fillRuns() {
    const std::vector<RunChoice>& choices = m_list->choices();
    for (std::size_t i = 0; i < m_places.size(); ++i) {
        Place& place = m_places[i];
        const QString before = place.combo->currentData().toString();
        // By itself only runs with records are shown, in A and B the two newest.
        QString shown = place.wanted.value_or(before);
        if (!place.wanted && !m_list->hasRecord(shown))
            shown = choices.size() > i && choices[i].hasRecord ? choices[i].name : QString();
        const QSignalBlocker quiet(place.combo);
        place.combo->clear();
        place.combo->addItem(tr("No run"), QString());
        for (const RunChoice& choice : choices)
            place.combo->addItem(choice.name, choice.name);
        place.combo->setCurrentIndex(std::max(0, place.combo->findData(shown)));
        if (const QString now = place.combo->currentData().toString(); now != before || (truth(i) == nullptr && !now.isEmpty()))
            place.source->setRun(now);
    }
}

void RunEpochs::draw() {
    drawCrossings();
    fillClasses();
    drawClass();
}

void RunEpochs::drawCrossings() {
    struct Chart {
        LineChart* chart;
        std::optional<runs::PtCrossings> runs::PtRecord::*side;
    };
    double epochs = 2;
    for (const Chart& one : {Chart{m_positives, &runs::PtRecord::positives}, Chart{m_negatives, &runs::PtRecord::negatives}}) {
        std::vector<ChartLine> lines;
        bool some = false;
        for (std::size_t i = 0; i < m_places.size(); ++i) {
            if (truth(i) == nullptr)
                continue;
            some = true;
            ChartLine up, down;
            up.name = tr("%1 became easy").arg(qs(kLetters[i]));
            down.name = tr("%1 became hard").arg(qs(kLetters[i]));
            up.colour = colour(i);
            down.colour = colour(i);
            down.colour.setAlphaF(0.6F);
            up.widthPx = 2;
            up.marker = MarkerShape::Triangle;
            down.marker = MarkerShape::Square;
            up.oneMarker = down.oneMarker = true;
            for (const runs::PtRecord& record : truth(i)->records) {
                epochs = std::max(epochs, double(record.epoch));
                if (const auto& crossed = record.*one.side) {
                    up.points.emplace_back(record.epoch, double(crossed->up));
                    down.points.emplace_back(record.epoch, double(crossed->down));
                }
            }
            if (!up.points.empty()) {
                lines.push_back(std::move(up));
                lines.push_back(std::move(down));
            }
        }
        one.chart->setEmptyText(!lines.empty() ? QString()
                                : some         ? tr("Needs two records of one training.")
                                               : tr("Choose a run to see how its hard and easy examples change places."));
        one.chart->setAxes({.title = tr("epoch"), .low = 1, .high = epochs, .decimals = 0},
                           {.title = tr("cells"), .low = 0, .high = 1, .automatic = true, .decimals = 0});
        one.chart->setLines(std::move(lines));
        one.chart->setHoverText([this, side = one.side](double x) {
            QStringList rows;
            const int epoch = int(std::lround(x));
            for (std::size_t i = 0; i < m_places.size(); ++i)
                if (truth(i) != nullptr)
                    for (const runs::PtRecord& record : truth(i)->records)
                        if (const auto& crossed = record.*side; record.epoch == epoch && crossed)
                            rows << tr("%1: %2 easy, %3 hard of %4%5")
                                        .arg(qs(kLetters[i]), qs(formatGrouped(crossed->up)), qs(formatGrouped(crossed->down)),
                                             qs(formatGrouped(crossed->cells)), rateText(*truth(i), epoch));
            return rows.isEmpty() ? QString()
                                  : QString(tr("epoch %1").arg(epoch) + QStringLiteral("<br>") + rows.join(QStringLiteral("<br>")));
        });
    }
}

void RunEpochs::fillClasses() {
    // The number of boxes a class has is that of the first run that knows it.
    std::map<int, qint64> boxes;
    for (std::size_t i = 0; i < m_places.size(); ++i) {
        if (truth(i) == nullptr)
            continue;
        if (boxes.empty())
            boxes = truth(i)->trainBoxes;
        for (const runs::ClassApEpoch& epoch : truth(i)->classAp)
            for (const auto& [id, ap] : epoch.ap50)
                boxes.emplace(id, 0);
    }
    if (std::all_of(boxes.begin(), boxes.end(), [](const auto& entry) { return entry.second == 0; }))
        for (std::size_t i = m_places.size(); i-- > 0;)
            if (truth(i) != nullptr)
                for (const auto& [id, cells] : valCells(*truth(i)))
                    if (boxes.contains(id))
                        boxes[id] = cells;
    std::vector<int> ids;
    for (const auto& [id, count] : boxes)
        if (std::any_of(m_places.begin(), m_places.end(), [id = id](const Place& place) {
                const auto& known = place.source->truth();
                return known && std::any_of(known->classAp.begin(), known->classAp.end(),
                                            [id](const runs::ClassApEpoch& epoch) { return epoch.ap50.contains(id); });
            }))
            ids.push_back(id);
    std::stable_sort(ids.begin(), ids.end(), [&](int a, int b) { return boxes[a] < boxes[b]; });

    std::vector<std::vector<Cell>> rows;
    for (const int id : ids) {
        Cell name = word(className(id));
        name.key = QString::number(id);
        name.glyphClass = id;
        std::vector<Cell> row{name, number(qs(formatGrouped(boxes[id])), double(boxes[id]))};
        for (std::size_t i = 0; i < m_places.size(); ++i) {
            const auto speed = truth(i) != nullptr ? runs::speedOf(truth(i)->classAp, id) : std::nullopt;
            row.push_back(speed ? number(qs(formatFixed(speed->best, 3)), speed->best) : none());
            row.push_back(speed ? number(tr("%1").arg(speed->epochs), speed->epochs) : none());
            if (speed)
                row[row.size() - 2].toolTip = tr("In epoch %1").arg(speed->bestEpoch);
        }
        rows.push_back(std::move(row));
    }
    m_classes->setRows(std::move(rows));
    if (!m_classView->currentIndex().isValid() && m_classes->rowCount() > 0)
        m_classView->selectRow(0);
}

void RunEpochs::drawClass() {
    const QModelIndexList chosen = m_classView->selectionModel()->selectedRows();
    const QString key = chosen.isEmpty() ? QString() : m_classes->keyOf(chosen.front().row());
    const bool any = truth(0) != nullptr || truth(1) != nullptr;
    std::vector<ChartLine> lines;
    std::vector<LineChart::Dot> dots;
    double epochs = 2;
    const int id = key.toInt();
    for (std::size_t i = 0; i < m_places.size() && !key.isEmpty(); ++i) {
        if (truth(i) == nullptr)
            continue;
        ChartLine line;
        line.name = QString(qs(kLetters[i]) + QLatin1Char(' ') + truth(i)->name);
        line.colour = colour(i);
        line.widthPx = 2;
        line.marker = i == 0 ? MarkerShape::Disc : MarkerShape::Square;
        line.oneMarker = true;
        for (const runs::ClassApEpoch& epoch : truth(i)->classAp)
            if (const auto found = epoch.ap50.find(id); found != epoch.ap50.end()) {
                line.points.emplace_back(epoch.epoch, found->second);
                epochs = std::max(epochs, double(epoch.epoch));
            }
        if (line.points.empty())
            continue;
        if (const auto speed = runs::speedOf(truth(i)->classAp, id))
            if (const auto at = std::find_if(line.points.begin(), line.points.end(),
                                             [&](const QPointF& point) { return int(point.x()) == speed->epochs; });
                at != line.points.end())
                dots.push_back({*at, line.colour, line.marker, true});
        lines.push_back(std::move(line));
    }
    m_ap->setHeading(key.isEmpty() ? tr("AP at IoU 0.5 by epoch") : tr("AP of %1 by epoch").arg(className(id)));
    m_ap->setCaption(dots.empty() ? QString() : tr("Ring: the first epoch with 90 % of the run's best"));
    m_ap->setEmptyText(!lines.empty() ? QString()
                       : any          ? tr("No epoch of this run tells the AP of single classes.")
                                      : tr("Choose a run to see its classes by epoch."));
    m_ap->setAxes({.title = tr("epoch"), .low = 1, .high = epochs, .decimals = 0},
                  {.title = tr("AP at IoU 0.5"), .low = 0, .high = 1, .automatic = true, .decimals = 2});
    m_ap->setLines(std::move(lines));
    m_ap->setDots(std::move(dots));
}

} // namespace intersect::ui
