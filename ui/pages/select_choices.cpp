// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/select_choices.h"

#include <algorithm>
#include <limits>

#include <QHBoxLayout>
#include <QRandomGenerator>
#include <QSet>
#include <QSignalBlocker>
#include <QToolButton>

#include "core/base/numbers.h"
#include "core/select/presets.h"
#include "ui/pages/select_strategy.h"
#include "ui/text.h"

namespace intersect::ui {

namespace {
constexpr int kMostSeed = std::numeric_limits<int>::max();

QPushButton* smallButton(const QString& text, const QString& objectName, const QString& toolTip) {
    auto* button = new QPushButton(text);
    button->setObjectName(objectName);
    button->setProperty("small", true);
    button->setToolTip(toolTip);
    return button;
}
} // namespace

SelectChoices::SelectChoices(Session& session, QWidget* parent) : SidePane(Side::Left, parent) {
    auto* source = addSection();
    m_preset = new QComboBox;
    m_preset->setObjectName(QStringLiteral("presetCombo"));
    m_preset->setToolTip(tr("Choices with a name: pool, budget, strategy and seed at once"));
    m_preset->addItem(tr("Own choice"));
    for (const select::Preset& preset : select::presets()) {
        m_preset->addItem(qs(preset.name));
        m_preset->setItemData(m_preset->count() - 1, qs(preset.description), Qt::ToolTipRole);
    }
    addRow(source, tr("Preset"), m_preset);
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
    m_withoutNear = new QCheckBox(tr("Exclude near-duplicates"));
    m_withoutNear->setObjectName(QStringLiteral("withoutNearCheck"));
    m_withoutNear->setToolTip(tr("Of frames that are nearly the same picture at most one is chosen; every frame of the pool is read for it"));
    source->addWidget(m_withoutNear);

    auto* strategy = addSection(tr("Strategy"));
    m_strategy = new StrategyFields(session);
    strategy->addWidget(m_strategy);
    addHandRow(addSection());
    addStretch();
    addFooter();

    connect(m_preset, &QComboBox::activated, this, &SelectChoices::presetChosen);
    connect(m_pool, &QComboBox::activated, this, [this] {
        const QString pool = m_pool->currentData().toString();
        if (pool != m_state.pool)
            edit(tr("pool %1").arg(m_pool->currentText().section(QLatin1Char(' '), 0, 0)), false, [&](SelectState& state) {
                state.pool = pool;
                state.ranking = m_cameras[pool];
                state.counts.clear();
                state.shares.clear();
                state.locked.clear();
                if (state.strategy == select::Strategy::Counts)
                    state.strategy = select::Strategy::Equal;
            });
    });
    connect(m_budget, &QSpinBox::valueChanged, this, [this](int value) { edit(tr("budget"), true, [&](SelectState& state) { state.budget = value; }); });
    connect(m_withoutNear, &QCheckBox::toggled, this,
            [this](bool on) { edit(on ? tr("without near-duplicates") : tr("with near-duplicates"), false, [on](SelectState& state) { state.withoutNear = on; }); });
    connect(m_strategy, &StrategyFields::edited, this, &SelectChoices::edit);
}

void SelectChoices::addHandRow(QVBoxLayout* section) {
    m_givenRow = new QWidget;
    auto* given = new QHBoxLayout(m_givenRow);
    given->setContentsMargins(0, 0, 0, 0);
    given->setSpacing(6);
    m_givenLabel = new ThemedLabel({}, FontRole::Caption, Tone::Text2);
    m_givenLabel->setObjectName(QStringLiteral("givenLabel"));
    m_givenLabel->setWordWrap(true);
    auto* dropGiven = smallButton(tr("Drop"), QStringLiteral("dropGivenButton"), tr("Goes back to frames chosen by the strategy"));
    given->addWidget(m_givenLabel, 1);
    given->addWidget(dropGiven);
    section->addWidget(m_givenRow);
    m_handRow = new QWidget;
    auto* hand = new QHBoxLayout(m_handRow);
    hand->setContentsMargins(0, 0, 0, 0);
    hand->setSpacing(6);
    m_handLabel = new ThemedLabel({}, FontRole::Caption, Tone::Text2);
    m_handLabel->setObjectName(QStringLiteral("handLabel"));
    m_handLabel->setWordWrap(true);
    auto* clear = smallButton(tr("Clear"), QStringLiteral("clearHandButton"), tr("Forgets all pins, bars and frames put in or taken out by hand"));
    hand->addWidget(m_handLabel, 1);
    hand->addWidget(clear);
    section->addWidget(m_handRow);
    auto* lists = new QHBoxLayout;
    lists->setSpacing(6);
    auto* import = smallButton(tr("Import list…"), QStringLiteral("importButton"), tr("A list of image paths, also one made on another machine: its frames are found by pool, camera and file"));
    auto* compare = smallButton(tr("Compare and join…"), QStringLiteral("compareButton"), tr("Puts two selections side by side, and makes one of both"));
    lists->addWidget(import);
    lists->addWidget(compare);
    lists->addStretch(1);
    section->addLayout(lists);
    connect(dropGiven, &QPushButton::clicked, this, [this] { edit(tr("drop %1").arg(m_state.given ? m_state.given->name : QString()), false, [](SelectState& state) { state.given.reset(); }); });
    connect(clear, &QPushButton::clicked, this, [this] {
        edit(tr("clear pins and bars"), false, [](SelectState& state) {
            state.pins.clear();
            state.bars.clear();
            state.added.clear();
            state.removed.clear();
        });
    });
    connect(import, &QPushButton::clicked, this, &SelectChoices::importAsked);
    connect(compare, &QPushButton::clicked, this, &SelectChoices::compareAsked);
}

void SelectChoices::addFooter() {
    m_progress = new QWidget;
    auto* running = new QVBoxLayout(m_progress);
    running->setContentsMargins(0, 0, 0, 0);
    running->setSpacing(6);
    m_progressWords = new ElidedLabel(FontRole::Caption, Tone::Text2);
    m_progressWords->setObjectName(QStringLiteral("chooseState"));
    m_bar = new QProgressBar;
    m_bar->setObjectName(QStringLiteral("chooseBar"));
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Frames done"));
    m_stop = smallButton(tr("Stop"), QStringLiteral("stopChoosingButton"), tr("Ends the choice; the frames chosen before stay"));
    running->addWidget(m_progressWords);
    auto* barRow = new QHBoxLayout;
    barRow->addWidget(m_bar, 1);
    barRow->addWidget(m_stop);
    running->addLayout(barRow);
    m_progress->hide();
    footer()->addWidget(m_progress);
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
    connect(m_seed, &QSpinBox::valueChanged, this, [this](int value) { edit(tr("seed"), true, [&](SelectState& state) { state.seed = static_cast<quint32>(value); }); });
    connect(shuffle, &QToolButton::clicked, this, [this] {
        const quint32 drawn = QRandomGenerator::global()->bounded(1'000'000U);
        edit(tr("seed %1").arg(drawn), false, [&](SelectState& state) { state.seed = drawn; });
    });
    connect(m_choose, &QPushButton::clicked, this, &SelectChoices::chooseClicked);
    connect(m_stop, &QPushButton::clicked, this, &SelectChoices::stopClicked);
}

void SelectChoices::presetChosen(int index) {
    if (index < 1)
        return;
    const select::Preset& preset = select::presets()[static_cast<std::size_t>(index - 1)];
    const select::SelectionRequest& request = preset.request;
    edit(qs(preset.name), false, [&](SelectState& state) {
        if (!request.pools.empty() && m_cameras.contains(qs(request.pools.front())))
            state.pool = qs(request.pools.front());
        state.strategy = request.strategy;
        state.seed = request.seed;
        state.withoutNear = false;
        state.counts.clear();
        state.shares.clear();
        state.locked.clear();
        for (const auto& [camera, count] : request.counts) {
            state.counts[qs(camera)] = count;
            state.shares[qs(camera)] = static_cast<double>(count);
        }
        if (request.count > 0)
            state.budget = request.count;
        if (!request.ranking.empty()) {
            state.by = CameraWeight::Ranking;
            state.ratio = request.ratio;
            state.ranking.clear();
            for (const std::string& camera : request.ranking)
                state.ranking << qs(camera);
        }
    });
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
    m_preset->setCurrentIndex(0);
    m_pool->setCurrentIndex(m_pool->findData(state.pool));
    const qint64 budget = budgetOf(state);
    m_budget->setValue(static_cast<int>(budget));
    m_budget->setEnabled(!state.given && state.strategy != select::Strategy::All);
    m_withoutNear->setChecked(state.withoutNear);
    m_strategy->setState(state);
    m_strategy->setEnabled(!state.given);
    m_seed->setValue(static_cast<int>(state.seed));
    m_choose->setText(state.given || state.strategy == select::Strategy::All ? tr("Choose frames") : tr("Choose %1 frames").arg(qs(formatGrouped(budget))));
    m_givenRow->setVisible(state.given != nullptr);
    if (state.given)
        m_givenLabel->setText(state.given->note.isEmpty() ? tr("The frames are those of %1, not drawn by a strategy.").arg(state.given->name) : state.given->note);
    QStringList hand;
    const auto say = [&](std::size_t count, const QString& one, const QString& many) {
        if (count > 0)
            hand << (count == 1 ? one : many.arg(qs(formatGrouped(static_cast<std::int64_t>(count)))));
    };
    say(state.pins.size(), tr("1 frame pinned"), tr("%1 frames pinned"));
    say(state.bars.size(), tr("1 barred"), tr("%1 barred"));
    say(state.added.size(), tr("1 put in"), tr("%1 put in"));
    say(state.removed.size(), tr("1 taken out"), tr("%1 taken out"));
    m_handRow->setVisible(!hand.isEmpty());
    m_handLabel->setText(hand.join(QStringLiteral(", ")));
    m_filling = false;
    setPossible(m_possible);
}

void SelectChoices::setPossible(bool possible) {
    m_possible = possible;
    m_choose->setEnabled(possible && !m_busy && !m_state.given);
}

void SelectChoices::setBusy(bool choosing, bool withProgress) {
    m_busy = choosing;
    m_progress->setVisible(choosing && withProgress);
    m_bar->setRange(0, 0);
    setPossible(m_possible);
}

void SelectChoices::setProgress(const QString& sentence, qint64 done, qint64 total) {
    m_progressWords->setFullText(sentence);
    m_bar->setRange(0, static_cast<int>(total));
    m_bar->setValue(static_cast<int>(done));
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
