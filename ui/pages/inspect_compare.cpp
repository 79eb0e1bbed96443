// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/inspect_compare.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QSignalBlocker>
#include <QUrl>
#include <QVBoxLayout>

#include "ui/settings.h"
#include "ui/text.h"
#include "ui/widgets/run_letter.h"
#include "ui/widgets/side_pane.h"

namespace intersect::ui {
namespace {

const QString kSame = QStringLiteral("//same"); // no run's folder can be called so
const char* const kLetters[] = {"A", "B"};

} // namespace

InspectCompare::InspectCompare(Session& session, std::function<QString(int)> className, QWidget* parent)
    : QWidget(parent), m_session(session), m_className(std::move(className)) {
    setObjectName(QStringLiteral("inspectCompare"));
    m_tools = new QWidget(this);
    auto* tools = new QHBoxLayout(m_tools);
    tools->setContentsMargins(0, 0, 0, 0);
    tools->setSpacing(12);
    m_link = new QCheckBox(tr("Link zoom and position"), m_tools);
    m_link->setObjectName(QStringLiteral("linkViewsCheck"));
    m_link->setToolTip(tr("Both pictures show the same part; a cross on one marks where the pointer is on the other"));
    m_link->setChecked(true);
    tools->addWidget(m_link);

    auto* body = new QWidget(this);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* pictures = new QHBoxLayout;
    pictures->setSpacing(0);
    pictures->addWidget(buildSide(0), 1);
    auto* between = new HairLine(body);
    between->setFixedSize(1, QWIDGETSIZE_MAX);
    pictures->addWidget(between);
    pictures->addWidget(buildSide(1), 1);
    column->addLayout(pictures, 1);
    m_empty = new EmptyState({}, tr("Same run, other thresholds"));
    m_empty->button()->setObjectName(QStringLiteral("compareSameButton"));
    connect(m_empty->button(), &QPushButton::clicked, this, [this] { choose(otherSide(), kSame); });
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(body);
    m_stack->addWidget(m_empty);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_stack);

    connect(m_link, &QCheckBox::toggled, this, [this](bool on) {
        if (on)
            link(0);
        else
            for (const Side& side : m_sides)
                side.canvas->setCross(std::nullopt);
    });
    connect(&session, &Session::thresholdsChanged, this, &InspectCompare::showBoxes);
    connect(&session, &Session::runsChanged, this, &InspectCompare::fillRuns);
}

QWidget* InspectCompare::buildSide(int side) {
    Side& mine = m_sides[static_cast<std::size_t>(side)];
    const QString letter = qs(kLetters[side]);
    auto* whole = new QWidget(this);
    auto* column = new QVBoxLayout(whole);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(16, 6, 16, 6);
    head->setSpacing(8);
    head->addWidget(new RunLetter(letter, whole));
    mine.runs = new QComboBox(whole);
    mine.runs->setObjectName(QStringLiteral("compareRun") + letter);
    mine.runs->setAccessibleName(tr("Run %1").arg(letter));
    mine.runs->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    mine.runs->setMinimumContentsLength(14);
    connect(mine.runs, &QComboBox::activated, this, [this, side](int row) { choose(side, m_sides[static_cast<std::size_t>(side)].runs->itemData(row).toString()); });
    head->addWidget(mine.runs, 1);
    mine.counts = new VerdictSummary(whole);
    mine.counts->setObjectName(QStringLiteral("compareCounts") + letter);
    mine.counts->setFixedWidth(mine.counts->sizeHint().width());
    head->addWidget(mine.counts);
    column->addLayout(head);
    mine.canvas = new ImageCanvas(whole);
    mine.canvas->setObjectName(QStringLiteral("canvas") + letter);
    mine.canvas->setAccessibleName(tr("Picture with the boxes of %1").arg(letter));
    mine.canvas->setClassNames(m_className);
    column->addWidget(mine.canvas, 1);
    connect(mine.canvas, &ImageCanvas::placeChanged, this, [this, side] { link(side); });
    connect(mine.canvas, &ImageCanvas::pointed, this, [this, side](const std::optional<QPointF>& point) {
        canvas(1 - side)->setCross(m_link->isChecked() ? point : std::nullopt);
    });
    return whole;
}

void InspectCompare::link(int from) {
    if (m_link->isChecked() && m_sides[1].canvas != nullptr)
        canvas(1 - from)->setPlace(canvas(from)->place());
}

// --- what stands beside the page's run ----------------------------------------------------------------------------------

QString InspectCompare::settingsKey() const {
    return m_session.workspace() ? QStringLiteral("inspect/beside/") + QString::fromLatin1(QUrl::toPercentEncoding(qs(m_session.workspace()->folder))) : QString();
}

void InspectCompare::setFirst(const QString& run, const QString& split, std::shared_ptr<const Inspection> inspection) {
    m_run = run;
    m_split = split;
    m_first = std::move(inspection);
    m_other.reset();
    m_frame = -1;
    fillRuns();
    load();
}

void InspectCompare::fillRuns() {
    if (!m_first)
        return;
    QStringList runs;
    std::error_code none;
    for (const QString& run : m_session.runNames())
        if (std::filesystem::exists(m_session.runPaths(run).detections(m_split.toStdString()), none))
            runs << run;
    if (m_choice.isEmpty())
        m_choice = settings().value(settingsKey()).toString();
    if (m_choice == m_run || (m_choice != kSame && !runs.contains(m_choice))) {
        m_choice.clear();
        for (const QString& run : runs)
            if (m_choice.isEmpty() && run != m_run)
                m_choice = run;
    }
    for (int side = 0; side < 2; ++side) {
        QComboBox* combo = m_sides[static_cast<std::size_t>(side)].runs;
        const QSignalBlocker quiet(combo);
        combo->clear();
        for (const QString& run : std::as_const(runs))
            combo->addItem(run, run);
        if (side == otherSide()) {
            combo->insertSeparator(combo->count());
            combo->addItem(tr("%1, other thresholds").arg(m_run), kSame);
        }
        combo->setCurrentIndex(combo->findData(side == otherSide() ? m_choice : m_run));
    }
    m_empty->setSentence(tr("Only %1 has detections on %2. Compare it with itself at other thresholds, or evaluate another run on %2.").arg(m_run, m_split));
    m_stack->setCurrentIndex(m_choice.isEmpty() ? 1 : 0);
}

void InspectCompare::choose(int side, const QString& choice) {
    const QString before = m_choice;
    if (side != otherSide() && choice == m_choice) {
        exchange(); // the two change places
        return;
    }
    if (side != otherSide()) {
        Q_EMIT runWanted(choice);
        return;
    }
    if (choice == m_run && before != kSame && !before.isEmpty()) {
        exchange();
        return;
    }
    m_choice = choice == m_run ? kSame : choice;
    settings().setValue(settingsKey(), m_choice);
    m_other.reset();
    fillRuns();
    load();
}

void InspectCompare::exchange() {
    if (m_choice.isEmpty())
        return;
    m_exchanged = !m_exchanged;
    fillRuns();
    showBoxes();
}

void InspectCompare::load() {
    if (!m_first || m_choice.isEmpty() || !isVisible() || m_other)
        return;
    if (m_choice == kSame) {
        m_other = sameFound(m_first);
        showBoxes();
        return;
    }
    const runs::RunPaths paths = m_session.runPaths(m_choice);
    const std::string split = m_split.toStdString();
    m_loadJob.start(
        [first = m_first, file = paths.detections(split), candidates = paths.candidates(split), root = m_session.workspace()->dataRoot,
         nms = m_session.nmsIou()](const JobRunner::Cancelled&) { return loadOther(*first, file, root, candidates, nms); },
        [this, first = m_first](Result<OtherFound> other) {
            if (first != m_first)
                return;
            if (!other) {
                Q_EMIT failed(qs(other.error().message), qs(other.error().advice));
                return;
            }
            m_other = std::move(*other);
            showBoxes();
        });
}

void InspectCompare::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    load();
    showBoxes();
}

// --- the frame -----------------------------------------------------------------------------------------------------------

void InspectCompare::setFrame(std::int64_t frame) {
    m_frame = frame;
    if (isVisible())
        showBoxes();
}

void InspectCompare::showPicture(const QImage& picture, const QString& problem, Size size) {
    for (const Side& side : m_sides) {
        const QSignalBlocker quiet(side.canvas);
        if (!problem.isEmpty())
            side.canvas->showProblem(problem, size);
        else if (picture.isNull())
            side.canvas->showLoading(size);
        else
            side.canvas->showPicture(picture);
    }
}

void InspectCompare::showBoxes() {
    if (!m_first || m_frame < 0 || !isVisible())
        return;
    const auto frame = static_cast<std::size_t>(m_frame);
    for (int side = 0; side < 2; ++side) {
        const Side& mine = m_sides[static_cast<std::size_t>(side)];
        const Inspection* found = side != otherSide() ? m_first.get() : m_other ? m_other->inspection.get() : nullptr;
        if (found == nullptr) {
            mine.counts->setCounts(std::nullopt);
            mine.canvas->setBoxes({}, {});
            continue;
        }
        std::vector<InspectedBox> boxes = inspectFrame(*found, frame, m_session.confidence(), m_session.matchIou());
        const auto truth = found->truth.of(frame);
        mine.counts->setCounts(countsOf(boxes));
        mine.canvas->setBoxes(std::move(boxes), {truth.begin(), truth.end()});
    }
}

bool InspectCompare::takeKey(const QKeyEvent& event) {
    ImageCanvas* shown = canvas(m_sides[1].canvas->hasFocus() ? 1 : 0);
    switch (event.key()) {
    case Qt::Key_X: exchange(); return true;
    case Qt::Key_Plus:
    case Qt::Key_Equal: shown->zoomBy(1.25); return true;
    case Qt::Key_Minus: shown->zoomBy(0.8); return true;
    case Qt::Key_0: shown->fit(); return true;
    case Qt::Key_1: shown->setZoom(1, QPointF(shown->width() / 2.0, shown->height() / 2.0)); return true;
    default: return false;
    }
}

} // namespace intersect::ui
