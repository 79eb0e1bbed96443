// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/losses_run.h"

#include <algorithm>
#include <set>

#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/pages/losses_run_charts.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/panes.h"
#include "ui/widgets/themed_label.h"

namespace intersect::ui {
namespace {

constexpr int kPlayMs = 500; ///< an epoch while playing
constexpr int kAllClasses = -1;

enum Side { BothSides, PositivesOnly, NegativesOnly };

} // namespace

RunHistogram::RunHistogram(Session& session, QWidget* parent)
    : QObject(parent), m_session(session), m_charts(new RunCharts(parent)), m_list(new RunList(session, this)),
      m_source(new RunSource(session, this)) {
    m_chooser = makeChooser(parent);
    makeWords(parent);
    m_playing.setInterval(kPlayMs);
    connect(m_run, &QComboBox::activated, this, [this] {
        m_wanted = m_run->currentData().toString();
        m_following = true;
        m_source->setRun(m_run->currentData().toString());
    });
    connect(m_term, &SegmentedButtons::currentChanged, this, [this] {
        fillClasses();
        showRecord();
    });
    connect(m_class, &QComboBox::currentIndexChanged, this, &RunHistogram::showRecord);
    connect(m_side, &SegmentedButtons::currentChanged, this, &RunHistogram::draw);
    connect(m_epoch, &QSlider::valueChanged, this, [this](int at) {
        m_following = at == m_epoch->maximum();
        showEpoch();
    });
    connect(m_play, &QToolButton::clicked, this, [this] { setPlaying(!m_playing.isActive()); });
    connect(&m_playing, &QTimer::timeout, this, &RunHistogram::nextEpoch);
    connect(m_charts, &RunCharts::cursorMoved, this, &RunHistogram::cursorMoved);
    connect(m_charts, &RunCharts::wordsChanged, this, [this](const QString& text) {
        m_words->setText(text);
        m_box->setVisible(!text.isEmpty());
    });
    connect(&m_session, &Session::workspaceChanged, this, [this] { m_wanted.reset(); });
    connect(m_list, &RunList::changed, this, &RunHistogram::fillRuns);
    connect(m_source, &RunSource::changed, this, &RunHistogram::take);
    connect(m_source, &RunSource::slow, this, [this] { m_charts->setWaiting(true); });
    connect(&Theme::instance(), &Theme::changed, this, &RunHistogram::draw);
    tellNothing();
}

QWidget* RunHistogram::charts() const {
    return m_charts;
}

QWidget* RunHistogram::makeChooser(QWidget* parent) {
    auto* chooser = new QWidget(parent);
    auto* rows = new QVBoxLayout(chooser);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(6);
    rows->addWidget(makeHeading(tr("Predictions of"), chooser));
    const auto addCombo = [&](const QString& objectName, const QString& name, const QString& toolTip) {
        auto* combo = new QComboBox(chooser);
        combo->setObjectName(objectName);
        combo->setAccessibleName(name);
        combo->setToolTip(toolTip);
        combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        combo->setMinimumContentsLength(6);
        return combo;
    };
    const auto addPicker = [&](const QStringList& words, const QString& objectName, const QString& name, const QString& toolTip) {
        auto* picker = new SegmentedButtons(words, chooser);
        picker->setObjectName(objectName);
        picker->setAccessibleName(name);
        picker->setToolTip(toolTip);
        return picker;
    };
    m_run = addCombo(QStringLiteral("ptRunCombo"), tr("Run whose predictions are shown"),
                     tr("Each epoch of a training adds where the predictions on its val list lie"));
    m_term = addPicker({tr("Objectness"), tr("Class")}, QStringLiteral("ptTermPicker"), tr("Term of the loss"),
                       tr("Objectness: is there an object in this cell? Class: which one is it, asked for each class where there is one"));
    m_class = addCombo(QStringLiteral("ptClassCombo"), tr("Class"),
                       tr("Only objects of this class; cells without an object are of no class and stay"));
    m_side = addPicker({tr("Both"), tr("Positives"), tr("Negatives")}, QStringLiteral("ptSidePicker"), tr("Positives or negatives"),
                       tr("Positives: cells that have an object, or its true class. Negatives: all others"));
    rows->addWidget(m_run);
    auto* termRow = new QHBoxLayout;
    termRow->setSpacing(8);
    termRow->addWidget(m_term);
    termRow->addWidget(m_class, 1);
    rows->addLayout(termRow);
    rows->addWidget(m_side);
    auto* epochRow = new QHBoxLayout;
    epochRow->setSpacing(8);
    m_play = new QToolButton(chooser);
    m_play->setObjectName(QStringLiteral("ptPlayButton"));
    m_epoch = new QSlider(Qt::Horizontal, chooser);
    m_epoch->setObjectName(QStringLiteral("ptEpochSlider"));
    m_epoch->setAccessibleName(tr("Epoch"));
    m_epoch->setToolTip(tr("After which epoch (Left and Right)"));
    m_epoch->setPageStep(1);
    m_epochText = new ThemedLabel({}, FontRole::Numbers, Tone::Text2, chooser);
    m_epochText->setObjectName(QStringLiteral("ptEpochText"));
    m_epochText->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_epochText->setMinimumWidth(QFontMetrics(Theme::font(FontRole::Numbers)).horizontalAdvance(tr("%1 of %2").arg(300).arg(300)));
    epochRow->addWidget(m_play);
    epochRow->addWidget(m_epoch, 1);
    epochRow->addWidget(m_epochText);
    rows->addLayout(epochRow);
    m_caption = makeHint({}, chooser);
    m_caption->setObjectName(QStringLiteral("ptCaption"));
    rows->addWidget(m_caption);
    return chooser;
}

QWidget* RunHistogram::makeWords(QWidget* parent) {
    m_box = new QFrame(parent);
    m_box->setProperty("role", QStringLiteral("box"));
    m_words = new QLabel(m_box);
    m_words->setObjectName(QStringLiteral("ptWords"));
    m_words->setFont(Theme::font(FontRole::Table));
    m_words->setTextFormat(Qt::RichText);
    m_words->setWordWrap(true);
    m_words->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    auto* boxed = new QVBoxLayout(m_box);
    boxed->setContentsMargins(12, 10, 12, 10);
    boxed->addWidget(m_words);
    return m_box;
}

void RunHistogram::setLosses(const std::vector<ShownLoss>& losses) {
    m_losses = losses;
    draw();
}

void RunHistogram::setCursor(double pt) {
    m_charts->setCursor(pt);
}

void RunHistogram::fillRuns() {
    const QString before = m_run->currentData().toString();
    const std::vector<RunChoice>& choices = m_list->choices();
    // What the user chose; else what is shown; else the run looked at on the other pages; else the newest with a record.
    QString shown = m_wanted.value_or(before);
    if (!m_wanted && !m_list->hasRecord(shown))
        shown = m_list->hasRecord(m_session.currentRun())       ? m_session.currentRun()
                : !choices.empty() && choices.front().hasRecord ? choices.front().name
                                                                : QString();
    {
        const QSignalBlocker quiet(m_run);
        m_run->clear();
        m_run->addItem(tr("No run"), QString());
        for (const RunChoice& choice : choices)
            m_run->addItem(choice.hasRecord ? choice.name : tr("%1 (no record)").arg(choice.name), choice.name);
        m_run->setCurrentIndex(std::max(0, m_run->findData(shown)));
    }
    if (const QString now = m_run->currentData().toString(); now != before || now.isEmpty() || !m_truth)
        m_source->setRun(now);
}

void RunHistogram::take() {
    m_charts->setWaiting(false);
    m_truth = m_source->truth();
    if (!m_truth || m_truth->records.empty()) {
        tellNothing();
        return;
    }
    {
        const QSignalBlocker quiet(m_epoch);
        const int last = static_cast<int>(m_truth->records.size()) - 1;
        m_epoch->setRange(0, last);
        if (m_following)
            m_epoch->setValue(last);
    }
    fillClasses();
    showEpoch();
}

void RunHistogram::tellNothing() {
    setPlaying(false);
    const bool some = m_truth && !m_truth->problem.isEmpty();
    m_charts->tell(some ? m_truth->problem : tr("Choose a run to see where its predictions lie."), some ? m_truth->advice : QString());
    for (QWidget* widget : {static_cast<QWidget*>(m_term), static_cast<QWidget*>(m_class), static_cast<QWidget*>(m_side),
                            static_cast<QWidget*>(m_play), static_cast<QWidget*>(m_epoch)})
        widget->setEnabled(false);
    m_epochText->clear();
    m_caption->setText(
        m_run->count() > 1 ? QString() : tr("A training adds a run; each of its epochs adds where the predictions on the val list lie."));
    Q_EMIT recordChanged(nullptr);
}

void RunHistogram::fillClasses() {
    if (record() == nullptr)
        return;
    std::set<int> ids;
    for (const runs::PtRecord& one : m_truth->records)
        for (const auto& [id, histogram] : m_term->current() == 0 ? one.objectPositives : one.classPositives)
            ids.insert(id);
    const QSignalBlocker quiet(m_class);
    const QVariant before = m_class->currentData();
    m_class->clear();
    m_class->addItem(tr("All classes"), kAllClasses);
    for (const int id : ids)
        m_class->addItem(m_truth->className(id), id);
    m_class->setCurrentIndex(std::max(0, m_class->findData(before)));
}

const runs::PtRecord* RunHistogram::record() const {
    return m_truth && !m_truth->records.empty() ? &m_truth->records[static_cast<std::size_t>(
                                                      std::clamp<int>(m_epoch->value(), 0, static_cast<int>(m_truth->records.size()) - 1))]
                                                : nullptr;
}

runs::PtChoice RunHistogram::choice() const {
    runs::PtChoice choice;
    choice.term = m_term->current() == 0 ? runs::PtTerm::Objectness : runs::PtTerm::Class;
    if (m_class->currentIndex() > 0)
        choice.classId = m_class->currentData().toInt();
    choice.positives = m_side->current() != NegativesOnly;
    choice.negatives = m_side->current() != PositivesOnly;
    return choice;
}

QString RunHistogram::source() const {
    const runs::PtRecord* shown = record();
    return shown != nullptr ? tr("%1, epoch %2").arg(m_truth->name).arg(shown->epoch) : QString();
}

void RunHistogram::showEpoch() {
    const runs::PtRecord* shown = record();
    if (shown == nullptr)
        return;
    for (QWidget* widget : {static_cast<QWidget*>(m_term), static_cast<QWidget*>(m_class), static_cast<QWidget*>(m_side)})
        widget->setEnabled(true);
    m_epoch->setEnabled(m_truth->records.size() > 1);
    m_play->setEnabled(m_truth->records.size() > 1);
    setPlaying(m_playing.isActive());
    m_epochText->setText(tr("%1 of %2").arg(shown->epoch).arg(m_truth->records.back().epoch));
    showRecord();
}

void RunHistogram::showRecord() {
    draw();
    if (record() != nullptr)
        Q_EMIT recordChanged(record());
}

void RunHistogram::draw() {
    const runs::PtRecord* shown = record();
    if (shown == nullptr)
        return;
    const runs::PtChoice now = choice();
    m_charts->show(*shown, now, m_losses,
                   m_truth->isLossKnown ? lossInWords(now.term == runs::PtTerm::Objectness ? loss::objectnessSpec(m_truth->loss)
                                                                                           : loss::classSpec(m_truth->loss))
                                        : QString());
    const runs::PtBars bars = runs::countBars(*shown, now);
    std::int64_t positives = 0;
    for (const std::int64_t count : bars.positives)
        positives += count;
    QString text = tr("%1 predictions").arg(qs(formatGrouped(bars.total())));
    if (now.positives && now.negatives)
        text += tr(", %1 of them positives").arg(qs(formatGrouped(positives)));
    m_caption->setText(m_truth->valFrames > 0 ? tr("%1 val frames, %2").arg(qs(formatGrouped(m_truth->valFrames)), text) : text);
}

void RunHistogram::setPlaying(bool playing) {
    if (playing && !m_playing.isActive() && m_epoch->value() == m_epoch->maximum())
        m_epoch->setValue(0);
    playing ? m_playing.start() : m_playing.stop();
    m_play->setIcon(Theme::instance().icon(playing ? QStringLiteral("pause") : QStringLiteral("play")));
    m_play->setToolTip(playing ? tr("Stop at this epoch") : tr("Play the epochs one after another"));
    m_play->setAccessibleName(m_play->toolTip());
}

void RunHistogram::nextEpoch() {
    if (m_epoch->value() < m_epoch->maximum())
        m_epoch->setValue(m_epoch->value() + 1);
    if (m_epoch->value() == m_epoch->maximum())
        setPlaying(false);
}

} // namespace intersect::ui
