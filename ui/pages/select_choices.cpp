// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/select_choices.h"

#include <limits>

#include <QHBoxLayout>
#include <QRadioButton>
#include <QRandomGenerator>
#include <QSignalBlocker>
#include <QToolButton>

#include "core/base/numbers.h"
#include "ui/text.h"

namespace intersect::ui {

namespace {
constexpr int kMostSeed = std::numeric_limits<int>::max();
}

SelectChoices::SelectChoices(QWidget* parent) : SidePane(Side::Left, parent) {
    auto* source = addSection();
    m_pool = new QComboBox;
    m_pool->setObjectName(QStringLiteral("poolCombo"));
    m_pool->setToolTip(tr("The pool of cameras frames are chosen from"));
    addRow(source, tr("Pool"), m_pool);
    m_budget = new QSpinBox;
    m_budget->setObjectName(QStringLiteral("budgetSpin"));
    m_budget->setRange(1, 10'000'000);
    m_budget->setGroupSeparatorShown(true);
    m_budget->setSuffix(tr(" frames"));
    m_budget->setToolTip(tr("How many frames to choose in all"));
    addRow(source, tr("Budget"), m_budget);

    auto* strategy = addSection(tr("Strategy"));
    auto* group = new QWidget;
    group->setObjectName(QStringLiteral("strategyGroup"));
    auto* rows = new QVBoxLayout(group);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(8);
    m_strategies = new QButtonGroup(this);
    const auto addStrategy = [&](select::Strategy which, const QString& text, const QString& toolTip) {
        auto* button = new QRadioButton(text);
        button->setObjectName(QStringLiteral("strategy-") + qs(select::strategyName(which)));
        button->setToolTip(toolTip);
        m_strategies->addButton(button, static_cast<int>(which));
        rows->addWidget(button);
    };
    addStrategy(select::Strategy::Random, tr("Random"), tr("Draws from all frames of the pool alike; large cameras give more"));
    addStrategy(select::Strategy::Equal, tr("Equal per camera"), tr("Every camera gives the same number; what a short camera lacks goes to the others"));
    addStrategy(select::Strategy::Proportional, tr("Proportional by ranking"), tr("The first camera of the ranking gives most, each next one the ratio times the one before"));
    m_rankingFields = new QWidget;
    auto* fields = new QVBoxLayout(m_rankingFields);
    fields->setContentsMargins(22, 0, 0, 0);
    fields->setSpacing(8);
    auto* header = new QHBoxLayout;
    header->addWidget(new ThemedLabel(tr("Camera ranking, drag to reorder"), FontRole::Caption, Tone::Text3));
    header->addStretch(1);
    header->addWidget(new ThemedLabel(tr("weight"), FontRole::Caption, Tone::Text3));
    fields->addLayout(header);
    m_ranking = new RankingList;
    m_ranking->setObjectName(QStringLiteral("rankingList"));
    fields->addWidget(m_ranking);
    m_ratio = new ValueSlider(tr("Ratio"), QStringLiteral("ratioSlider"), 0.5, 1.0, 0.01, 2);
    m_ratio->setToolTipText(tr("The weight of a camera is ratio to the power of its rank, counted from 0 (no unit)"));
    widenSpin(m_ratio->spin());
    fields->addWidget(m_ratio);
    rows->addWidget(m_rankingFields);
    addStrategy(select::Strategy::Counts, tr("Custom counts"), tr("Type how many frames each camera gives into the column Selected of the table"));
    m_countsHint = new ThemedLabel(tr("Type into the column Selected of the table. The budget is their sum."), FontRole::Caption, Tone::Text3);
    static_cast<QLabel*>(m_countsHint)->setWordWrap(true);
    m_countsHint->setContentsMargins(22, 0, 0, 0);
    rows->addWidget(m_countsHint);
    strategy->addWidget(group);
    addStretch();

    auto* seedRow = new QHBoxLayout;
    auto* seedLabel = new ThemedLabel(tr("Seed"), FontRole::Body, Tone::Text2);
    seedLabel->setMinimumWidth(88);
    m_seed = new QSpinBox;
    m_seed->setObjectName(QStringLiteral("seedSpin"));
    m_seed->setRange(0, kMostSeed);
    m_seed->setToolTip(tr("The same seed and choices give the same frames on every machine"));
    seedLabel->setBuddy(m_seed);
    auto* shuffle = new QToolButton;
    shuffle->setObjectName(QStringLiteral("shuffleButton"));
    shuffle->setIcon(Theme::instance().icon(QStringLiteral("shuffle")));
    connect(&Theme::instance(), &Theme::changed, shuffle, [shuffle] { shuffle->setIcon(Theme::instance().icon(QStringLiteral("shuffle"))); });
    shuffle->setToolTip(tr("Draw another seed"));
    shuffle->setAccessibleName(tr("Draw another seed"));
    seedRow->addWidget(seedLabel);
    seedRow->addWidget(m_seed, 1);
    seedRow->addWidget(shuffle);
    footer()->addLayout(seedRow);
    m_choose = new QPushButton(tr("Choose frames"));
    m_choose->setObjectName(QStringLiteral("chooseButton"));
    m_choose->setProperty("primary", true);
    m_choose->setToolTip(tr("Draws the frames by these choices (Ctrl+Enter)"));
    footer()->addWidget(m_choose, 0, Qt::AlignLeft);

    connect(m_pool, &QComboBox::activated, this, [this] {
        const QString pool = m_pool->currentData().toString();
        if (pool != m_state.pool)
            edit(tr("pool %1").arg(pool), false, [&](SelectState& state) {
                state.pool = pool;
                state.ranking = m_cameras[pool];
                state.counts.clear();
                if (state.strategy == select::Strategy::Counts)
                    state.strategy = select::Strategy::Equal;
            });
    });
    connect(m_budget, &QSpinBox::valueChanged, this, [this](int value) { edit(tr("budget"), true, [&](SelectState& state) { state.budget = value; }); });
    connect(m_strategies, &QButtonGroup::idToggled, this, [this](int id, bool on) {
        if (on)
            edit(m_strategies->button(id)->text(), false, [&](SelectState& state) { state.strategy = static_cast<select::Strategy>(id); });
    });
    connect(m_ranking, &RankingList::reordered, this, [this](const QStringList& cameras, const QString& what) {
        edit(what, false, [&](SelectState& state) { state.ranking = cameras; });
    });
    connect(m_ratio, &ValueSlider::valueChanged, this, [this](double value) { edit(tr("ratio"), true, [&](SelectState& state) { state.ratio = value; }); });
    connect(m_seed, &QSpinBox::valueChanged, this, [this](int value) { edit(tr("seed"), true, [&](SelectState& state) { state.seed = static_cast<quint32>(value); }); });
    connect(shuffle, &QToolButton::clicked, this, [this] {
        const quint32 drawn = QRandomGenerator::global()->bounded(1'000'000U);
        edit(tr("seed %1").arg(drawn), false, [&](SelectState& state) { state.seed = drawn; });
    });
    connect(m_choose, &QPushButton::clicked, this, &SelectChoices::chooseClicked);
}

QStringList SelectChoices::camerasOf(const data::Dataset& dataset, const QString& pool) {
    QStringList cameras;
    for (const data::Camera& camera : dataset.cameras)
        if (qs(camera.pool) == pool)
            cameras << qs(camera.name);
    return cameras;
}

void SelectChoices::setDataset(const data::Dataset& dataset, SelectState& state) {
    const QSignalBlocker blocked(m_pool);
    m_pool->clear();
    m_cameras.clear();
    QString first;
    for (const std::string& poolName : dataset.pools()) {
        const QString pool = qs(poolName);
        qint64 frames = 0;
        for (const data::Camera& camera : dataset.cameras)
            if (camera.pool == poolName)
                frames += camera.frameCount;
        const QString shown = pool == QStringLiteral(".") ? tr("all cameras") : pool;
        m_pool->addItem(tr("%1   %2 frames").arg(shown, qs(formatGrouped(frames))), pool);
        m_cameras[pool] = camerasOf(dataset, pool);
        // The middle pool is what a budget is usually spent on; the test pool never is.
        if (pool == QStringLiteral("Q2") || first.isEmpty())
            first = pool;
    }
    if (!m_cameras.contains(state.pool))
        state.pool = first;
    const QStringList cameras = m_cameras[state.pool];
    if (QSet<QString>(cameras.begin(), cameras.end()) != QSet<QString>(state.ranking.begin(), state.ranking.end()))
        state.ranking = cameras;
}

void SelectChoices::setState(const SelectState& state) {
    m_filling = true;
    m_state = state;
    m_pool->setCurrentIndex(m_pool->findData(state.pool));
    qint64 budget = state.budget;
    if (state.strategy == select::Strategy::Counts) {
        budget = 0;
        for (const auto& [camera, count] : state.counts)
            budget += count;
    }
    m_budget->setValue(static_cast<int>(budget));
    if (QAbstractButton* button = m_strategies->button(static_cast<int>(state.strategy)))
        button->setChecked(true);
    m_ranking->setRanking(state.ranking, state.ratio);
    m_ratio->setValue(state.ratio);
    m_seed->setValue(static_cast<int>(state.seed));
    m_choose->setText(tr("Choose %1 frames").arg(qs(formatGrouped(budget))));
    showFields();
    m_filling = false;
}

void SelectChoices::setBusy(bool choosing) {
    m_choose->setEnabled(!choosing);
}

void SelectChoices::showFields() {
    m_rankingFields->setVisible(m_state.strategy == select::Strategy::Proportional);
    m_countsHint->setVisible(m_state.strategy == select::Strategy::Counts);
    m_budget->setEnabled(m_state.strategy != select::Strategy::Counts);
}

void SelectChoices::edit(const QString& what, bool merge, const std::function<void(SelectState&)>& change) {
    if (m_filling)
        return;
    SelectState next = m_state;
    change(next);
    if (next != m_state)
        Q_EMIT edited(next, what, merge);
}

} // namespace intersect::ui
