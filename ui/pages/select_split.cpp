// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/select_split.h"

#include <cmath>
#include <limits>

#include <QHBoxLayout>
#include <QRadioButton>
#include <QSignalBlocker>

#include "core/base/numbers.h"
#include "ui/text.h"

namespace intersect::ui {

namespace {

QLabel* colouredWord(const QString& text, QColor Palette::*colour) {
    auto* word = new ThemedLabel(text, FontRole::Caption, Tone::Text2);
    const auto paint = [word, text, colour] {
        word->setText(QStringLiteral("<span style='color:%1'>&#9632;</span> %2").arg((Theme::instance().palette().*colour).name(), text));
    };
    paint();
    QObject::connect(&Theme::instance(), &Theme::changed, word, paint);
    return word;
}

} // namespace

SelectSplit::SelectSplit(QWidget* parent) : SidePane(Side::Right, parent) {
    addRatio();
    addRules();
    ThemedLabel* leakCaption = nullptr;
    auto* leak = addSection(tr("Leak meter"), &leakCaption);
    leakCaption->setText(tr("one dot per val frame"));
    m_leak = new SelectLeak;
    leak->addWidget(m_leak);
    addOutcome();

    connect(m_leak, &SelectLeak::ruleAsked, this, [this](select::SplitRule rule) {
        if (QAbstractButton* button = m_rules->button(static_cast<int>(rule)))
            button->setChecked(true);
    });
    connect(m_leak, &SelectLeak::withinChanged, this, [this](int minutes) { edit(tr("leak threshold"), true, [&](SelectState& state) { state.leakMinutes = minutes; }); });
    connect(m_leak, &SelectLeak::frameActivated, this, &SelectSplit::frameActivated);
}

void SelectSplit::addRatio() {
    auto* split = addSection(tr("Split"), &m_splitCaption);
    m_splitCaption->setText(tr("of the chosen frames"));
    m_ratio = new ValueSlider(tr("Train ratio"), QStringLiteral("splitRatioSlider"), 0.5, 0.95, 0.01, 2);
    m_ratio->setToolTipText(tr("The part of the chosen frames that goes to train; the rest is val (no unit, 0 to 1)"));
    widenSpin(m_ratio->spin());
    split->addWidget(m_ratio);
    auto* chips = new QHBoxLayout;
    chips->setSpacing(6);
    for (const double ratio : {0.7, 0.8, 0.9}) {
        auto* chip = new ChipButton(qs(formatFixed(ratio, 1)));
        chip->setObjectName(QStringLiteral("ratioChip-") + chip->text());
        chip->setToolTip(tr("Train ratio %1").arg(chip->text()));
        m_ratioChips.emplace_back(ratio, chip);
        chips->addWidget(chip);
        connect(chip, &ChipButton::clicked, this, [this, ratio] {
            edit(tr("train ratio %1").arg(qs(formatFixed(ratio, 1))), false, [ratio](SelectState& state) { state.trainRatio = ratio; });
            setState(m_state); // a chip of the ratio that is set already stays down
        });
    }
    chips->addStretch(1);
    split->addLayout(chips);
    connect(m_ratio, &ValueSlider::valueChanged, this, [this](double value) { edit(tr("train ratio"), true, [&](SelectState& state) { state.trainRatio = value; }); });
}

void SelectSplit::addRules() {
    auto* rule = addSection(tr("Rule"));
    auto* group = new QWidget;
    group->setObjectName(QStringLiteral("splitRuleGroup"));
    auto* rules = new QVBoxLayout(group);
    rules->setContentsMargins(0, 0, 0, 0);
    rules->setSpacing(6);
    m_rules = new QButtonGroup(this);
    const auto addRule = [&](select::SplitRule which, const QString& text, const QString& toolTip) {
        auto* button = new QRadioButton(text);
        button->setObjectName(QStringLiteral("splitRule-") + qs(select::splitRuleName(which)));
        button->setToolTip(toolTip);
        m_rules->addButton(button, static_cast<int>(which));
        rules->addWidget(button);
    };
    addRule(select::SplitRule::Random, tr("Random indices"), tr("A seeded shuffle; the first part is train"));
    addRule(select::SplitRule::Sklearn, tr("scikit-learn compatible"), tr("Same frames in the same order as train_test_split with this random_state"));
    m_sklearnFields = new QWidget;
    auto* fields = new QVBoxLayout(m_sklearnFields);
    fields->setContentsMargins(24, 0, 0, 0);
    fields->setSpacing(4);
    m_asTestSize = new QCheckBox(tr("as test_size = 1 - ratio"));
    m_asTestSize->setObjectName(QStringLiteral("asTestSizeCheck"));
    m_asTestSize->setToolTip(tr("train_test_split(test_size=1 - ratio) in place of train_size=ratio: it rounds val up instead of train down"));
    fields->addWidget(m_asTestSize);
    m_sizes = new ThemedLabel({}, FontRole::Caption, Tone::Text3);
    m_sizes->setObjectName(QStringLiteral("sklearnSizes"));
    m_sizes->setWordWrap(true);
    fields->addWidget(m_sizes);
    rules->addWidget(m_sklearnFields);
    addRule(select::SplitRule::Stratified, tr("Stratified"), tr("The ratio holds for every camera, and within it for its rare classes as far as whole frames allow"));
    addRule(select::SplitRule::Camera, tr("By camera"), tr("Whole cameras go to train or to val, so that no val frame shows a road of train"));
    addRule(select::SplitRule::TimeBlock, tr("By time block"), tr("Of every camera one stretch of time goes to val"));
    m_gap = new QSpinBox;
    m_gap->setObjectName(QStringLiteral("gapSpin"));
    m_gap->setRange(0, 100'000);
    m_gap->setSuffix(tr(" min"));
    m_gap->setToolTip(tr("Train frames this near in time to a val frame of their camera are left out"));
    m_gapRow = new QWidget;
    auto* gap = new QHBoxLayout(m_gapRow);
    gap->setContentsMargins(24, 0, 0, 0);
    auto* gapWord = new ThemedLabel(tr("with a gap of"), FontRole::Caption, Tone::Text3);
    gapWord->setBuddy(m_gap);
    gap->addWidget(gapWord);
    gap->addWidget(m_gap);
    gap->addStretch(1);
    rules->addWidget(m_gapRow);
    rule->addWidget(group);
    auto* seedRow = new QHBoxLayout;
    m_splitSeed = new QSpinBox;
    m_splitSeed->setObjectName(QStringLiteral("splitSeedSpin"));
    m_splitSeed->setRange(0, std::numeric_limits<int>::max());
    m_splitSeed->setMaximumWidth(130);
    m_splitSeed->setToolTip(tr("Seed of the split"));
    m_seedWord = new ThemedLabel(tr("seed"), FontRole::Caption, Tone::Text3);
    m_seedWord->setBuddy(m_splitSeed);
    seedRow->addWidget(m_splitSeed);
    seedRow->addWidget(m_seedWord, 1);
    rule->addLayout(seedRow);
    m_unlabelledRow = new QWidget;
    auto* unlabelled = new QVBoxLayout(m_unlabelledRow);
    unlabelled->setContentsMargins(0, 0, 0, 0);
    m_unlabelled = new QComboBox;
    m_unlabelled->setObjectName(QStringLiteral("unlabelledCombo"));
    m_unlabelled->addItem(tr("go to train only"), static_cast<int>(select::Unlabelled::Train));
    m_unlabelled->addItem(tr("are dealt like the rest"), static_cast<int>(select::Unlabelled::Deal));
    m_unlabelled->setToolTip(tr("Where frames without a label file go when others have one. In val every detection on them counts as false."));
    addRow(unlabelled, tr("Unlabelled"), m_unlabelled);
    rule->addWidget(m_unlabelledRow);
    m_notes = new ThemedLabel({}, FontRole::Caption, Tone::Text2);
    m_notes->setObjectName(QStringLiteral("splitNotes"));
    m_notes->setWordWrap(true);
    m_notes->hide();
    rule->addWidget(m_notes);

    connect(m_rules, &QButtonGroup::idToggled, this, [this](int id, bool on) {
        if (on)
            edit(m_rules->button(id)->text(), false, [&](SelectState& state) { state.rule = static_cast<select::SplitRule>(id); });
    });
    connect(m_asTestSize, &QCheckBox::toggled, this, [this](bool on) { edit(on ? tr("test_size") : tr("train_size"), false, [on](SelectState& state) { state.asTestSize = on; }); });
    connect(m_gap, &QSpinBox::valueChanged, this, [this](int minutes) { edit(tr("gap"), true, [minutes](SelectState& state) { state.gapMinutes = minutes; }); });
    connect(m_splitSeed, &QSpinBox::valueChanged, this, [this](int value) { edit(tr("split seed"), true, [&](SelectState& state) { state.splitSeed = static_cast<quint32>(value); }); });
    connect(m_unlabelled, &QComboBox::activated, this, [this] {
        const auto where = static_cast<select::Unlabelled>(m_unlabelled->currentData().toInt());
        edit(tr("unlabelled frames"), false, [where](SelectState& state) { state.unlabelled = where; });
    });
}

void SelectSplit::addOutcome() {
    m_testPool = new QComboBox;
    m_testPool->setObjectName(QStringLiteral("testPoolCombo"));
    m_testPool->setToolTip(tr("All frames of this pool go to test.txt"));
    auto* test = addSection(tr("Test"));
    addRow(test, tr("Test pool"), m_testPool);
    addStretch();

    auto* below = footer();
    below->addWidget(new ThemedLabel(tr("Outcome"), FontRole::SectionHeading));
    auto* outcome = new QWidget;
    outcome->setObjectName(QStringLiteral("outcomeRow"));
    auto* numbers = new QHBoxLayout(outcome);
    numbers->setContentsMargins(0, 0, 0, 0);
    const auto addNumber = [&](const QString& file, QColor Palette::*colour, const QString& objectName) {
        auto* column = new QVBoxLayout;
        column->setSpacing(2);
        column->addWidget(colouredWord(file, colour));
        auto* number = new ThemedLabel(QStringLiteral("–"), FontRole::Outcome);
        number->setObjectName(objectName);
        column->addWidget(number);
        numbers->addLayout(column, 1);
        return number;
    };
    m_trainNumber = addNumber(tr("train.txt"), &Palette::train, QStringLiteral("outcomeTrain"));
    m_valNumber = addNumber(tr("val.txt"), &Palette::val, QStringLiteral("outcomeVal"));
    m_testNumber = addNumber(tr("test.txt"), &Palette::test, QStringLiteral("outcomeTest"));
    below->addWidget(outcome);
    m_problem = new InlineMessage(InlineMessage::Kind::Warning);
    m_problem->setObjectName(QStringLiteral("writeProblem"));
    m_replace = m_problem->addButton(tr("Replace them"), QStringLiteral("replaceListsButton"));
    m_problem->hide();
    below->addWidget(m_problem);
    m_name = new QLineEdit;
    m_name->setObjectName(QStringLiteral("selectionNameEdit"));
    m_name->setToolTip(tr("The folder below selections/ of the workspace that gets the lists"));
    addRow(below, tr("Name"), m_name, 60);
    m_written = new ThemedLabel({}, FontRole::Caption, Tone::Good);
    m_written->setObjectName(QStringLiteral("writtenLabel"));
    m_written->setWordWrap(true);
    m_written->hide();
    below->addWidget(m_written);
    auto* buttons = new QHBoxLayout;
    m_write = new QPushButton(tr("Write lists"));
    m_write->setObjectName(QStringLiteral("writeListsButton"));
    m_write->setProperty("primary", true);
    m_write->setToolTip(tr("Writes selection.yaml, train.txt, val.txt, test.txt and data.yaml into the workspace"));
    m_train = new QPushButton(tr("Train with this"));
    m_train->setObjectName(QStringLiteral("trainWithThisButton"));
    m_train->setToolTip(tr("Goes to Train with the lists that were written"));
    buttons->addWidget(m_write);
    buttons->addWidget(m_train);
    buttons->addStretch(1);
    below->addLayout(buttons);

    connect(m_testPool, &QComboBox::activated, this, [this] { edit(tr("test pool"), false, [&](SelectState& state) { state.testPool = m_testPool->currentData().toString(); }); });
    connect(m_name, &QLineEdit::textEdited, this, [this] {
        m_nameTyped = !m_name->text().trimmed().isEmpty();
        Q_EMIT nameChanged();
    });
    connect(m_write, &QPushButton::clicked, this, [this] { Q_EMIT writeClicked(false); });
    connect(m_replace, &QPushButton::clicked, this, [this] { Q_EMIT writeClicked(true); });
}

void SelectSplit::setDataset(const data::Dataset& dataset, SelectState& state) {
    const QSignalBlocker blocked(m_testPool);
    m_testPool->clear();
    m_testPool->addItem(tr("no test list"), QString());
    bool known = state.testPool.isEmpty();
    for (const std::string& pool : dataset.pools()) {
        qint64 frames = 0;
        for (const data::Camera& camera : dataset.cameras)
            if (camera.pool == pool)
                frames += camera.frameCount;
        m_testPool->addItem(tr("%1   %2 frames").arg(qs(pool), qs(formatGrouped(frames))), qs(pool));
        known = known || qs(pool) == state.testPool;
    }
    if (!known || state.testPool.isEmpty())
        state.testPool = m_testPool->findData(QStringLiteral("test")) >= 0 ? QStringLiteral("test") : QString();
}

void SelectSplit::setState(const SelectState& state) {
    m_filling = true;
    m_state = state;
    m_ratio->setValue(state.trainRatio);
    if (QAbstractButton* button = m_rules->button(static_cast<int>(state.rule)))
        button->setChecked(true);
    m_splitSeed->setValue(static_cast<int>(state.splitSeed));
    m_seedWord->setText(state.rule == select::SplitRule::Sklearn ? tr("random_state") : tr("seed"));
    for (const auto& [ratio, chip] : m_ratioChips)
        chip->setChecked(std::abs(ratio - state.trainRatio) < 1e-9);
    m_sklearnFields->setVisible(state.rule == select::SplitRule::Sklearn);
    m_asTestSize->setChecked(state.asTestSize);
    m_gapRow->setVisible(state.rule == select::SplitRule::TimeBlock);
    m_gap->setValue(state.gapMinutes);
    m_unlabelled->setCurrentIndex(m_unlabelled->findData(static_cast<int>(state.unlabelled)));
    m_leak->setState(state);
    showSizes(m_deal.get());
    m_testPool->setCurrentIndex(m_testPool->findData(state.testPool));
    m_filling = false;
}

void SelectSplit::setOutcome(std::optional<qint64> train, std::optional<qint64> val, qint64 test) {
    const auto text = [](std::optional<qint64> number) { return number ? qs(formatGrouped(*number)) : QStringLiteral("–"); };
    m_trainNumber->setText(text(train));
    m_valNumber->setText(text(val));
    m_testNumber->setText(text(test));
    m_splitCaption->setText(train && val ? tr("of the %1 chosen frames").arg(text(*train + *val)) : tr("of the chosen frames"));
    m_write->setEnabled(train.has_value());
}

void SelectSplit::setDeal(const std::shared_ptr<const Deal>& deal) {
    m_deal = deal;
    m_leak->setDeal(deal);
    QStringList notes;
    if (deal)
        for (const std::string& note : deal->notes)
            notes << qs(note);
    m_notes->setText(notes.join(QLatin1Char('\n')));
    m_notes->setVisible(!notes.isEmpty());
    m_notes->setTone(deal && deal->mixed && m_state.unlabelled == select::Unlabelled::Deal ? Tone::Warn : Tone::Text2);
    m_unlabelledRow->setVisible((deal && deal->mixed) || m_state.unlabelled == select::Unlabelled::Deal);
    showSizes(deal.get());
}

void SelectSplit::showSizes(const Deal* deal) {
    if (deal == nullptr) {
        m_sizes->setText(tr("Same frames as train_test_split with this random_state"));
        return;
    }
    const QString ratio = qs(formatShortest(m_state.trainRatio));
    const auto pair = [](const std::pair<qint64, qint64>& sizes) { return tr("%1 / %2").arg(qs(formatGrouped(sizes.first)), qs(formatGrouped(sizes.second))); };
    if (deal->asTrainSize == deal->asTestSize)
        m_sizes->setText(tr("train_size=%1 and test_size=1-%1 agree here: %2").arg(ratio, pair(deal->asTrainSize)));
    else
        m_sizes->setText(tr("train_size=%1 gives %2, test_size=1-%1 gives %3: 1-%1 is %4 to the computer, and val is rounded up.")
                             .arg(ratio, pair(deal->asTrainSize), pair(deal->asTestSize), qs(formatShortest(1 - m_state.trainRatio))));
    m_sizes->setTone(deal->asTrainSize == deal->asTestSize ? Tone::Text3 : Tone::Warn);
}

void SelectSplit::suggestName(const QString& name) {
    if (!m_nameTyped && m_name->text() != name) {
        m_name->setText(name);
        Q_EMIT nameChanged();
    }
}

QString SelectSplit::selectionName() const {
    return m_name->text().trimmed();
}

void SelectSplit::setWritten(const QString& sentence) {
    m_written->setText(sentence);
    m_written->setVisible(!sentence.isEmpty());
    if (!sentence.isEmpty())
        m_problem->hide();
}

void SelectSplit::setProblem(const QString& sentence, const QString& advice, bool mayReplace) {
    m_replace->setVisible(mayReplace);
    if (sentence.isEmpty())
        m_problem->hide();
    else {
        m_written->hide();
        m_problem->show(sentence, advice);
    }
}

void SelectSplit::edit(const QString& what, bool merge, const std::function<void(SelectState&)>& change) {
    if (m_filling)
        return;
    SelectState next = m_state;
    change(next);
    if (next != m_state)
        Q_EMIT edited(next, what, merge);
}

} // namespace intersect::ui
