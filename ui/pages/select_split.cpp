// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/select_split.h"

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
    auto* split = addSection(tr("Split"), &m_splitCaption);
    m_splitCaption->setText(tr("of the chosen frames"));
    m_ratio = new ValueSlider(tr("Train ratio"), QStringLiteral("splitRatioSlider"), 0.5, 0.95, 0.01, 2);
    m_ratio->setToolTipText(tr("The part of the chosen frames that goes to train; the rest is val (no unit, 0 to 1)"));
    widenSpin(m_ratio->spin());
    split->addWidget(m_ratio);

    auto* rule = addSection(tr("Rule"));
    auto* group = new QWidget;
    group->setObjectName(QStringLiteral("splitRuleGroup"));
    auto* rules = new QVBoxLayout(group);
    rules->setContentsMargins(0, 0, 0, 0);
    rules->setSpacing(6);
    m_rules = new QButtonGroup(this);
    auto* random = new QRadioButton(tr("Random indices"));
    random->setObjectName(QStringLiteral("splitRule-random"));
    random->setToolTip(tr("A seeded shuffle; the first part is train"));
    auto* sklearn = new QRadioButton(tr("scikit-learn compatible"));
    sklearn->setObjectName(QStringLiteral("splitRule-sklearn"));
    sklearn->setToolTip(tr("Same frames in the same order as train_test_split with this random_state"));
    m_rules->addButton(random, static_cast<int>(select::SplitRule::Random));
    m_rules->addButton(sklearn, static_cast<int>(select::SplitRule::Sklearn));
    rules->addWidget(random);
    rules->addWidget(sklearn);
    auto* hint = new ThemedLabel(tr("Same frames as train_test_split, random_state"), FontRole::Caption, Tone::Text3);
    hint->setContentsMargins(24, 0, 0, 0);
    rules->addWidget(hint);
    auto* seedRow = new QHBoxLayout;
    seedRow->setContentsMargins(24, 0, 0, 0);
    m_splitSeed = new QSpinBox;
    m_splitSeed->setObjectName(QStringLiteral("splitSeedSpin"));
    m_splitSeed->setRange(0, std::numeric_limits<int>::max());
    m_splitSeed->setMaximumWidth(130);
    m_splitSeed->setToolTip(tr("Seed of the split"));
    m_seedWord = new ThemedLabel(tr("seed"), FontRole::Caption, Tone::Text3);
    m_seedWord->setBuddy(m_splitSeed);
    seedRow->addWidget(m_splitSeed);
    seedRow->addWidget(m_seedWord, 1);
    rules->addLayout(seedRow);
    rule->addWidget(group);

    ThemedLabel* leakCaption = nullptr;
    auto* leak = addSection(tr("Leak meter"), &leakCaption);
    leakCaption->setText(tr("one dot per val frame"));
    m_leak = new LeakMeterView;
    m_leak->setObjectName(QStringLiteral("leakMeter"));
    m_leak->setToolTip(tr("How near in time each val frame lies to the nearest train frame of its camera"));
    leak->addWidget(m_leak);
    m_sentence = new QLabel;
    m_sentence->setObjectName(QStringLiteral("leakSentence"));
    m_sentence->setWordWrap(true);
    m_sentence->setTextFormat(Qt::RichText);
    leak->addWidget(m_sentence);
    const auto styleSentence = [this] {
        const Palette& palette = Theme::instance().palette();
        const bool warns = m_sentence->property("warns").toBool();
        m_sentence->setFont(Theme::font(FontRole::Table));
        m_sentence->setStyleSheet(QStringLiteral("QLabel { background: %1; color: %2; border-radius: 4px; padding: 8px; }")
                                      .arg((warns ? palette.warnSoft : palette.sunken).name(), palette.text.name()));
    };
    styleSentence();
    connect(&Theme::instance(), &Theme::changed, this, styleSentence);
    m_within = new QSpinBox;
    m_within->setObjectName(QStringLiteral("leakWithinSpin"));
    m_within->setRange(1, 10'000);
    m_within->setSuffix(tr(" min"));
    m_within->setToolTip(tr("A val frame counts as leaking if a train frame of its camera is at most this near, in minutes"));
    addRow(leak, tr("Count as a leak within"), m_within, 150);
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

    connect(m_ratio, &ValueSlider::valueChanged, this, [this](double value) { edit(tr("train ratio"), true, [&](SelectState& state) { state.trainRatio = value; }); });
    connect(m_rules, &QButtonGroup::idToggled, this, [this](int id, bool on) {
        if (on)
            edit(m_rules->button(id)->text(), false, [&](SelectState& state) { state.rule = static_cast<select::SplitRule>(id); });
    });
    connect(m_splitSeed, &QSpinBox::valueChanged, this, [this](int value) { edit(tr("split seed"), true, [&](SelectState& state) { state.splitSeed = static_cast<quint32>(value); }); });
    connect(m_within, &QSpinBox::valueChanged, this, [this](int value) { edit(tr("leak threshold"), true, [&](SelectState& state) { state.leakMinutes = value; }); });
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
    m_within->setValue(state.leakMinutes);
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

void SelectSplit::setLeak(const std::optional<select::LeakMeter>& leak) {
    if (!leak) {
        m_leak->clear();
        m_sentence->hide();
        return;
    }
    m_leak->setLeak(*leak);
    const Palette& palette = Theme::instance().palette();
    const bool warns = leak->within > 0;
    m_sentence->setProperty("warns", warns);
    m_sentence->setStyleSheet(QStringLiteral("QLabel { background: %1; color: %2; border-radius: 4px; padding: 8px; }")
                                  .arg((warns ? palette.warnSoft : palette.sunken).name(), palette.text.name()));
    m_sentence->setText(leakSentence(*leak));
    m_sentence->show();
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
