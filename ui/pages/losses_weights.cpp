// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/losses_weights.h"

#include <algorithm>
#include <cmath>

#include <QSignalBlocker>

#include "core/base/numbers.h"
#include "ui/models/frame_marks.h"
#include "ui/pages/losses_curves.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/cell_view.h"

namespace intersect::ui {
namespace {

using loss::ClassWeightRule;

constexpr qint64 kMostBoxes = 1'000'000'000;
constexpr int kRowsSeen = 12;
constexpr ClassWeightRule kRules[] = {ClassWeightRule::Inverse, ClassWeightRule::SumToOne, ClassWeightRule::ClassBalanced};

/// Boxes by class of the frames a selection trains on: its train list, or all its frames while it is not split.
std::map<int, std::int64_t> boxesOf(const data::Dataset& dataset, const std::filesystem::path& selection) {
    const FrameMarks marks = marksOf(dataset, selection);
    std::map<int, std::int64_t> boxes;
    for (std::size_t i = 0; i < dataset.frames.size(); ++i)
        if (marks.use[i] == FrameUse::Train || marks.use[i] == FrameUse::Chosen)
            for (const data::Label& label : dataset.labelsOf(dataset.frames[i]))
                ++boxes[label.classId];
    return boxes;
}

/// What is typed over: a street's vehicles as they often are.
const std::map<int, std::int64_t> kTypedAtFirst{{2, 1180}, {3, 180}, {5, 30}, {7, 500}};

QString weightText(double weight) {
    return qs(formatFixed(weight, weight < 0.1 ? 3 : 2));
}

} // namespace

LossWeights::LossWeights(Session& session, SidePane* pane) : QObject(pane), m_session(session) {
    QVBoxLayout* section = pane->addSection(tr("Boxes of each class"));
    m_source = new QComboBox(pane);
    m_source->setObjectName(QStringLiteral("weightsSource"));
    m_source->setToolTip(tr("Whose boxes are counted: the train list of a selection, or numbers typed into the table"));
    m_source->setMinimumContentsLength(12);
    m_source->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    SidePane::addRow(section, tr("Boxes of"), m_source, 72);
    m_table = new CellTable({{tr("Class"), false, {}},
                             {tr("Boxes"), true, tr("How many boxes the class has; click to type another number")},
                             {tr("Inverse"), true, tr("1 / boxes, scaled so that the mean over the classes is 1")},
                             {tr("Sum to 1"), true, tr("1 / boxes, scaled so that all sum to 1")},
                             {tr("β"), true, tr("1 / effective number of boxes, mean 1 (Cui et al. 2019)")}},
                            this);
    m_view = new CellView(m_table, pane);
    m_view->setObjectName(QStringLiteral("weightsTable"));
    m_view->setAccessibleName(tr("Weights of the classes"));
    m_view->setStretchColumn(0);
    m_view->fitHeight(kRowsSeen);
    m_view->setSaveable(QStringLiteral("class-weights"));
    section->addWidget(m_view);
    makeRules(pane);

    connect(m_source, &QComboBox::activated, this, &LossWeights::countBoxes);
    connect(m_table, &CellTable::edited, this, [this](int row, int, qint64 value) {
        const QString key = m_table->keyOf(row);
        for (Row& one : m_rows)
            if (QString::number(one.classId) == key)
                one.boxes = value;
        const QSignalBlocker quiet(m_source);
        m_source->setCurrentIndex(m_source->findData(QString()));
        fill();
    });
    connect(&Theme::instance(), &Theme::changed, this, &LossWeights::fill);
    connect(&session, &Session::workspaceChanged, this, &LossWeights::refreshSelections);
    connect(&session, &Session::selectionsChanged, this, &LossWeights::refreshSelections);
    connect(&session, &Session::datasetChanged, this, &LossWeights::refreshSelections);
    takeCounts(kTypedAtFirst);
    refreshSelections();
}

void LossWeights::makeRules(SidePane* pane) {
    QVBoxLayout* section = pane->addSection(tr("Weight of a box"));
    m_rule = new SegmentedButtons({tr("Inverse"), tr("Sum to 1"), tr("Class-balanced")}, pane);
    m_rule->setObjectName(QStringLiteral("weightsRule"));
    m_rule->setAccessibleName(tr("Rule of the weights"));
    m_rule->setCurrent(2);
    section->addWidget(m_rule);
    m_beta = new ValueSlider(tr("Beta"), QStringLiteral("weightsBetaSlider"), 0.9, 0.9999, 0.0001, 4, pane);
    m_beta->spin()->setSingleStep(0.001);
    m_beta->setValue(0.999);
    m_beta->setToolTipText(tr("How far frequent classes lose weight: at 0.9 hardly at all, near 1 by inverse frequency, 0.9 to 0.9999"));
    section->addWidget(m_beta);
    m_chart = new BarChart(tr("Weights of the classes"), pane);
    m_chart->setObjectName(QStringLiteral("weightsChart"));
    m_chart->setDecimals(2);
    m_chart->setFixedHeight(190);
    section->addWidget(m_chart);
    m_words = new ThemedLabel({}, FontRole::Table, Tone::Text2, pane);
    m_words->setObjectName(QStringLiteral("weightsWords"));
    m_words->setWordWrap(true);
    section->addWidget(m_words);
    m_images = new QCheckBox(tr("Draw frames by these weights too"), pane);
    m_images->setObjectName(QStringLiteral("weightsImagesCheck"));
    m_images->setToolTip(
        tr("Image weights: a frame comes as often as the sum of its boxes' weights says, times how badly its classes are found"));
    section->addWidget(m_images);
    m_use = new QPushButton(tr("Use these in Train"), pane);
    m_use->setObjectName(QStringLiteral("useWeightsButton"));
    m_use->setToolTip(tr("Hands the rule, not the numbers, to the next run: Train counts the boxes of its own train list"));
    section->addWidget(m_use, 0, Qt::AlignLeft);
    connect(m_rule, &SegmentedButtons::currentChanged, this, &LossWeights::fill);
    connect(m_beta, &ValueSlider::valueChanged, this, &LossWeights::fill);
    connect(m_images, &QCheckBox::toggled, this, &LossWeights::fill);
    connect(m_use, &QPushButton::clicked, this, [this] {
        Q_EMIT m_session.requestedClassWeights(rule(), m_beta->value(), m_images->isChecked());
        Q_EMIT m_session.pageRequested(QStringLiteral("train"));
    });
}

ClassWeightRule LossWeights::rule() const {
    return kRules[m_rule->current()];
}

void LossWeights::refreshSelections() {
    const QString before = m_source->currentData().toString();
    const bool wasEmpty = m_source->count() <= 1;
    const QSignalBlocker quiet(m_source);
    m_source->clear();
    m_source->addItem(tr("typed numbers"), QString());
    for (const QString& name : m_session.selectionNames())
        m_source->addItem(name, name);
    const QString wanted = wasEmpty ? m_session.currentSelection() : before;
    m_source->setCurrentIndex(std::max(0, m_source->findData(wanted)));
    for (Row& row : m_rows)
        row.name = m_session.className(row.classId);
    fill();
    if (!m_source->currentData().toString().isEmpty())
        countBoxes();
}

void LossWeights::countBoxes() {
    const QString name = m_source->currentData().toString();
    const auto dataset = m_session.dataset();
    if (name.isEmpty() || !dataset || !m_session.workspace()) {
        m_count.cancel();
        return;
    }
    m_count.start([dataset, folder = m_session.workspace()->selections() /
                                     toPath(name)](const JobRunner::Cancelled&) { return boxesOf(*dataset, folder); },
                  [this](const std::map<int, std::int64_t>& boxes) { takeCounts(boxes); });
}

void LossWeights::takeCounts(const std::map<int, std::int64_t>& boxes) {
    m_rows.clear();
    for (const auto& [id, count] : boxes)
        m_rows.push_back({id, m_session.className(id), count});
    fill();
}

void LossWeights::fill() {
    std::vector<double> counts;
    for (const Row& row : m_rows)
        counts.push_back(double(row.boxes));
    std::vector<std::vector<double>> weights;
    for (const ClassWeightRule one : kRules)
        weights.push_back(loss::classWeights(one, counts, m_beta->value()));
    std::vector<std::vector<Cell>> cells;
    QStringList names;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        Cell name, boxes;
        name.text = m_rows[i].name;
        name.glyphClass = m_rows[i].classId;
        name.key = QString::number(m_rows[i].classId);
        boxes.text = qs(formatGrouped(m_rows[i].boxes));
        boxes.order = counts[i];
        boxes.editable = m_rows[i].boxes;
        boxes.most = kMostBoxes;
        std::vector<Cell> row{name, boxes};
        for (std::size_t k = 0; k < weights.size(); ++k) {
            Cell weight;
            weight.text = k == 1 ? qs(formatFixed(weights[k][i], 3)) : weightText(weights[k][i]);
            weight.strong = int(k) == m_rule->current();
            weight.order = weights[k][i];
            row.push_back(weight);
        }
        cells.push_back(std::move(row));
        names << m_rows[i].name;
    }
    m_table->setHeading(4, QStringLiteral("β ") + qs(formatShortest(m_beta->value())),
                        tr("1 / effective number of boxes, mean 1 (Cui et al. 2019)"));
    m_table->setRows(std::move(cells));
    m_view->updateGeometry();
    m_beta->setEnabled(rule() == ClassWeightRule::ClassBalanced);
    const std::vector<double>& chosen = weights[std::size_t(m_rule->current())];
    m_chart->setCategories(names);
    m_chart->setSeries({{m_rule->button(m_rule->current())->text(), Theme::instance().palette().accent, chosen}}, false);
    m_words->setText(drawnSentence(chosen));
    m_use->setEnabled(!m_rows.empty());
}

QString LossWeights::drawnSentence(const std::vector<double>& weights) const {
    if (m_rows.empty())
        return tr("This selection has no boxes. Choose another, or type the numbers.");
    const auto [least, most] = std::minmax_element(weights.begin(), weights.end());
    if (*least == *most)
        return tr("All classes weigh the same.");
    const QString rare = m_rows[std::size_t(most - weights.begin())].name, common = m_rows[std::size_t(least - weights.begin())].name;
    const QString times = ratioText(*most / *least);
    if (m_images->isChecked())
        return tr("A box of %1 weighs as much as %2 of %3; a frame with one %1 is drawn %2 times as often as one with one %3.")
            .arg(rare, times, common);
    return tr("A box of %1 weighs as much as %2 of %3.").arg(rare, times, common);
}

} // namespace intersect::ui
