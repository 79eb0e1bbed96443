// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/select_strategy.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QRadioButton>
#include <QToolButton>

#include "ui/text.h"
#include "ui/widgets/side_pane.h"

namespace intersect::ui {

using select::Strategy;

StrategyFields::StrategyFields(Session& session, QWidget* parent) : QWidget(parent), m_session(session) {
    setObjectName(QStringLiteral("strategyGroup"));
    m_rows = new QVBoxLayout(this);
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(8);
    m_strategies = new QButtonGroup(this);
    addStrategy(Strategy::Random, tr("Random"), tr("Draws from all frames of the pool alike; large cameras give more"));
    addStrategy(Strategy::Equal, tr("Equal per camera"), tr("Every camera gives the same number; what a short camera lacks goes to the others"));
    addProportional(addStrategy(Strategy::Proportional, tr("Proportional"), tr("More frames of the more useful cameras")));
    addHint(addStrategy(Strategy::Counts, tr("Custom counts"), tr("Type how many frames each camera gives into the column Selected of the table")),
            tr("Type into the column Selected. The rest follows, but for cameras you lock."));
    addScored(Strategy::MostObjects, addStrategy(Strategy::MostObjects, tr("Most objects"), tr("The frames with the most labels")), false, false);
    addScored(Strategy::MostClasses, addStrategy(Strategy::MostClasses, tr("Most classes"), tr("The frames with the most different classes")), false, false);
    addScored(Strategy::Diverse, addStrategy(Strategy::Diverse, tr("Diverse"), tr("Frames that cover what a network can tell apart in them")), true, false);
    addScored(Strategy::Uncertain, addStrategy(Strategy::Uncertain, tr("Uncertain"), tr("Frames whose detections a network is least sure of")), true, false);
    addScored(Strategy::Disagreement, addStrategy(Strategy::Disagreement, tr("Disagreement"), tr("Frames on which two networks, or one and its mirror image, differ most")), true, true);
    addStrategy(Strategy::All, tr("All frames"), tr("Every frame of the pool, but for those that are barred"));
    connect(m_strategies, &QButtonGroup::idToggled, this, [this](int id, bool on) {
        if (on)
            edit(m_strategies->button(id)->text(), false, [id](SelectState& state) { state.strategy = static_cast<Strategy>(id); });
    });
}

QVBoxLayout* StrategyFields::addStrategy(Strategy strategy, const QString& text, const QString& toolTip) {
    auto* button = new QRadioButton(text);
    button->setObjectName(QStringLiteral("strategy-") + qs(select::strategyName(strategy)));
    button->setToolTip(toolTip);
    m_strategies->addButton(button, static_cast<int>(strategy));
    m_rows->addWidget(button);
    auto* holder = new QWidget;
    auto* fields = new QVBoxLayout(holder);
    fields->setContentsMargins(22, 0, 0, 0);
    fields->setSpacing(8);
    holder->hide();
    m_rows->addWidget(holder);
    m_fields[strategy] = holder;
    return fields;
}

void StrategyFields::addHint(QVBoxLayout* fields, const QString& text) {
    auto* hint = new ThemedLabel(text, FontRole::Caption, Tone::Text3);
    hint->setWordWrap(true);
    fields->addWidget(hint);
}

void StrategyFields::addProportional(QVBoxLayout* fields) {
    m_by = new QComboBox;
    m_by->setObjectName(QStringLiteral("usefulnessCombo"));
    m_by->setToolTip(tr("What says how useful a camera is"));
    m_by->addItem(tr("by a ranking and a ratio"), static_cast<int>(CameraWeight::Ranking));
    m_by->addItem(tr("by its boxes"), static_cast<int>(CameraWeight::Boxes));
    m_by->addItem(tr("by objects a network misses"), static_cast<int>(CameraWeight::Missed));
    m_by->addItem(tr("by novelty"), static_cast<int>(CameraWeight::Novelty));
    m_by->addItem(tr("by a table of results"), static_cast<int>(CameraWeight::Results));
    m_by->setItemData(3, tr("How little its frames look to a network like those of the other cameras"), Qt::ToolTipRole);
    m_by->setItemData(4, tr("camera,value a line: for instance how much earlier runs gained from it"), Qt::ToolTipRole);
    m_by->setMinimumContentsLength(10);
    m_by->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    fields->addWidget(m_by);
    connect(m_by, &QComboBox::activated, this, [this](int index) {
        const auto by = static_cast<CameraWeight>(m_by->itemData(index).toInt());
        edit(m_by->itemText(index), false, [by](SelectState& state) { state.by = by; });
    });

    m_rankingFields = new QWidget;
    auto* ranking = new QVBoxLayout(m_rankingFields);
    ranking->setContentsMargins(0, 0, 0, 0);
    ranking->setSpacing(8);
    auto* header = new QHBoxLayout;
    header->addWidget(new ThemedLabel(tr("Camera ranking, drag to reorder"), FontRole::Caption, Tone::Text3));
    header->addStretch(1);
    header->addWidget(new ThemedLabel(tr("weight"), FontRole::Caption, Tone::Text3));
    ranking->addLayout(header);
    m_ranking = new RankingList;
    m_ranking->setObjectName(QStringLiteral("rankingList"));
    ranking->addWidget(m_ranking);
    m_ratio = new ValueSlider(tr("Ratio"), QStringLiteral("ratioSlider"), 0.5, 1.0, 0.01, 2);
    m_ratio->setToolTipText(tr("The weight of a camera is ratio to the power of its rank, counted from 0 (no unit)"));
    widenSpin(m_ratio->spin());
    ranking->addWidget(m_ratio);
    fields->addWidget(m_rankingFields);
    connect(m_ranking, &RankingList::reordered, this, [this](const QStringList& cameras, const QString& what) {
        edit(what, false, [&](SelectState& state) { state.ranking = cameras; });
    });
    connect(m_ratio, &ValueSlider::valueChanged, this, [this](double value) { edit(tr("ratio"), true, [&](SelectState& state) { state.ratio = value; }); });

    m_measuring = new WeightsCombo(m_session, {});
    m_measuring->setObjectName(QStringLiteral("measureWeightsCombo"));
    fields->addWidget(m_measuring);
    m_weights.push_back(m_measuring);
    connect(m_measuring, &WeightsCombo::fileChosen, this, [this](const QString& file) { edit(tr("weights"), false, [&](SelectState& state) { state.weights = file; }); });

    m_resultsFields = new QWidget;
    auto* results = new QHBoxLayout(m_resultsFields);
    results->setContentsMargins(0, 0, 0, 0);
    results->setSpacing(6);
    m_results = new QLineEdit;
    m_results->setObjectName(QStringLiteral("resultsEdit"));
    m_results->setPlaceholderText(tr("table.csv"));
    m_results->setToolTip(tr("A file with camera,value a line"));
    m_results->setAccessibleName(tr("Table of results"));
    auto* browse = new QToolButton;
    browse->setObjectName(QStringLiteral("resultsBrowseButton"));
    browse->setIcon(Theme::instance().icon(QStringLiteral("folder")));
    browse->setToolTip(tr("Choose the table"));
    browse->setAccessibleName(tr("Choose the table"));
    results->addWidget(m_results, 1);
    results->addWidget(browse);
    fields->addWidget(m_resultsFields);
    connect(m_results, &QLineEdit::editingFinished, this, [this] { edit(tr("table of results"), false, [this](SelectState& state) { state.results = m_results->text().trimmed(); }); });
    connect(browse, &QToolButton::clicked, this, &StrategyFields::chooseResults);
}

void StrategyFields::addScored(Strategy strategy, QVBoxLayout* fields, bool weights, bool other) {
    const QString name = qs(select::strategyName(strategy));
    if (weights) {
        auto* combo = new WeightsCombo(m_session, {});
        combo->setObjectName(QStringLiteral("weightsCombo-") + name);
        SidePane::addRow(fields, tr("Network"), combo, 62);
        m_weights.push_back(combo);
        connect(combo, &WeightsCombo::fileChosen, this, [this](const QString& file) { edit(tr("weights"), false, [&](SelectState& state) { state.weights = file; }); });
    }
    if (other) {
        m_other = new WeightsCombo(m_session, tr("its mirror image"));
        m_other->setObjectName(QStringLiteral("otherWeightsCombo"));
        SidePane::addRow(fields, tr("against"), m_other, 62);
        connect(m_other, &WeightsCombo::fileChosen, this, [this](const QString& file) { edit(tr("second weights"), false, [&](SelectState& state) { state.otherWeights = file; }); });
    }
    if (strategy == Strategy::Diverse) {
        m_diverse = new QComboBox;
        m_diverse->setObjectName(QStringLiteral("diverseCombo"));
        m_diverse->addItem(tr("the outermost frames"), static_cast<int>(select::DiverseRule::KCenter));
        m_diverse->setItemData(0, tr("k-center: no frame is far from a chosen one"), Qt::ToolTipRole);
        m_diverse->addItem(tr("typical frames"), static_cast<int>(select::DiverseRule::FacilityLocation));
        m_diverse->setItemData(1, tr("facility location: all frames together are like a chosen one"), Qt::ToolTipRole);
        SidePane::addRow(fields, tr("Take"), m_diverse, 62);
        connect(m_diverse, &QComboBox::activated, this, [this](int index) {
            const auto rule = static_cast<select::DiverseRule>(m_diverse->itemData(index).toInt());
            edit(m_diverse->itemText(index), false, [rule](SelectState& state) { state.diverse = rule; });
        });
    }
    auto* perCamera = new QCheckBox(tr("Equally from every camera"));
    perCamera->setObjectName(QStringLiteral("perCamera-") + name);
    perCamera->setToolTip(tr("Every camera gives the same number, its best frames; without it the best of the pool, whatever their camera"));
    fields->addWidget(perCamera);
    m_perCamera.push_back(perCamera);
    connect(perCamera, &QCheckBox::toggled, this, [this](bool on) { edit(on ? tr("equally from every camera") : tr("from the whole pool"), false, [on](SelectState& state) { state.perCamera = on; }); });
}

void StrategyFields::chooseResults() {
    const QString file = QFileDialog::getOpenFileName(this, tr("Choose the table of results"), m_results->text(), tr("Tables (*.csv *.txt)"));
    if (!file.isEmpty())
        edit(tr("table of results"), false, [&](SelectState& state) { state.results = file; });
}

void StrategyFields::setState(const SelectState& state) {
    m_filling = true;
    if (QAbstractButton* button = m_strategies->button(static_cast<int>(state.strategy)))
        button->setChecked(true);
    for (const auto& [strategy, fields] : m_fields)
        fields->setVisible(strategy == state.strategy && fields->layout()->count() > 0);
    m_by->setCurrentIndex(m_by->findData(static_cast<int>(state.by)));
    m_rankingFields->setVisible(state.by == CameraWeight::Ranking);
    m_measuring->setVisible(state.by == CameraWeight::Missed || state.by == CameraWeight::Novelty);
    m_resultsFields->setVisible(state.by == CameraWeight::Results);
    m_ranking->setRanking(state.ranking, state.ratio);
    m_ratio->setValue(state.ratio);
    m_results->setText(state.results);
    for (WeightsCombo* combo : m_weights)
        combo->setFile(state.weights);
    m_other->setFile(state.otherWeights);
    m_diverse->setCurrentIndex(m_diverse->findData(static_cast<int>(state.diverse)));
    for (QCheckBox* box : m_perCamera)
        box->setChecked(state.perCamera);
    m_filling = false;
}

void StrategyFields::edit(const QString& what, bool merge, const Change& change) {
    if (!m_filling)
        Q_EMIT edited(what, merge, change);
}

} // namespace intersect::ui
