// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/inspect_compare.h"

#include <algorithm>
#include <utility>

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QSplitter>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/widgets/run_letter.h"
#include "ui/widgets/side_pane.h"

namespace intersect::ui {
namespace {

constexpr int kWholeList = 1'000'000'000;

/// The same object, or a false detection of one side that is the same.
bool sameBox(const eval::BoxChange& one, const eval::BoxChange& other) {
    if (one.truth >= 0 || other.truth >= 0)
        return one.truth == other.truth;
    return (one.detectionA >= 0 && one.detectionA == other.detectionA) || (one.detectionB >= 0 && one.detectionB == other.detectionB);
}

} // namespace

InspectCompare::InspectCompare(Session& session, std::function<QString(int)> className, QWidget* parent)
    : QWidget(parent), m_session(session), m_className(std::move(className)) {
    setObjectName(QStringLiteral("inspectCompare"));
    buildTools();
    m_list = new CompareList(m_className, this);
    auto* body = new QSplitter(Qt::Vertical, this);
    body->setObjectName(QStringLiteral("compareSplitter"));
    body->setChildrenCollapsible(false);
    body->setHandleWidth(1);
    auto* upper = new QWidget(body);
    auto* column = new QVBoxLayout(upper);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_left = new ThemedLabel({}, FontRole::Caption, Tone::Warn, upper);
    m_left->setObjectName(QStringLiteral("compareLeftOut"));
    m_left->setWordWrap(true);
    m_left->setContentsMargins(16, 6, 16, 6);
    m_left->hide();
    column->addWidget(m_left);
    auto* pictures = new QHBoxLayout;
    pictures->setSpacing(0);
    pictures->addWidget(buildSide(0), 1);
    auto* between = new HairLine(upper);
    between->setFixedSize(1, QWIDGETSIZE_MAX);
    pictures->addWidget(between);
    pictures->addWidget(buildSide(1), 1);
    column->addLayout(pictures, 1);
    column->addWidget(new HairLine(upper));
    m_thresholds = new CompareThresholds(session, upper);
    column->addWidget(m_thresholds);
    m_details = new CompareDetails(m_className, body);
    body->addWidget(upper);
    body->addWidget(m_details);
    body->setStretchFactor(0, 1);
    body->setSizes({420, 300});
    m_empty = new EmptyState({}, tr("Same run, other thresholds"));
    m_empty->button()->setObjectName(QStringLiteral("compareSameButton"));
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(body);
    m_stack->addWidget(m_empty);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_stack);
    linkCanvases();

    m_weights = new WeightsDetections(session, this);
    connect(m_weights, &WeightsDetections::progress, this, &InspectCompare::tellWeights);
    connect(m_weights, &WeightsDetections::done, this, [this] {
        m_left->hide();
        load();
    });
    connect(m_weights, &WeightsDetections::failed, this, [this](const QString& sentence, const QString& advice, const QString&) {
        m_left->hide();
        m_details->clear(tr("Nothing to compare with"));
        Q_EMIT failed(sentence, advice);
    });
    connect(m_empty->button(), &QPushButton::clicked, this, [this] { choose(otherSide(), m_run); });
    connect(m_thresholds, &CompareThresholds::changed, this, [this] {
        showBoxes();
        compareAll();
    });
    connect(m_list, &CompareList::frameWanted, this, &InspectCompare::frameWanted);
    connect(m_list, &CompareList::boxWanted, this, &InspectCompare::goToBox);
    connect(m_details, &CompareDetails::boxChosen, this, &InspectCompare::chooseBox);
    connect(&session, &Session::runsChanged, this, &InspectCompare::fillRuns);
}

void InspectCompare::buildTools() {
    m_tools = new QWidget(this);
    auto* tools = new QHBoxLayout(m_tools);
    tools->setContentsMargins(0, 0, 0, 0);
    tools->setSpacing(16);
    m_link = new QCheckBox(tr("Link zoom and position"), m_tools);
    m_link->setObjectName(QStringLiteral("linkViewsCheck"));
    m_link->setToolTip(tr("Both pictures show the same part; a cross on one marks where the pointer is on the other"));
    m_link->setChecked(true);
    tools->addWidget(m_link);
    m_only = new QCheckBox(tr("Only differences"), m_tools);
    m_only->setObjectName(QStringLiteral("onlyDifferencesCheck"));
    m_only->setToolTip(tr("Leaves out boxes that are right in both or wrong in both: on the pictures, in the table and in the lists"));
    tools->addWidget(m_only);
    connect(m_link, &QCheckBox::toggled, this, [this](bool on) {
        if (on)
            follow(0);
        else
            for (const Side& side : m_sides)
                side.canvas->setCross(std::nullopt);
    });
    connect(m_only, &QCheckBox::toggled, this, [this](bool on) {
        m_list->setOnlyDifferences(on);
        showBoxes();
    });
}

QWidget* InspectCompare::buildSide(int side) {
    Side& mine = m_sides[static_cast<std::size_t>(side)];
    const QString letter = side == 0 ? QStringLiteral("A") : QStringLiteral("B");
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
    mine.runs->setMinimumContentsLength(8);
    connect(mine.runs, &QComboBox::activated, this, [this, side](int row) { choose(side, m_sides[static_cast<std::size_t>(side)].runs->itemData(row).toString()); });
    head->addWidget(mine.runs, 1);
    mine.counts = new VerdictSummary(whole);
    mine.counts->setObjectName(QStringLiteral("compareCounts") + letter);
    mine.counts->setMaximumWidth(mine.counts->sizeHint().width());
    head->addWidget(mine.counts, 2);
    column->addLayout(head);
    mine.canvas = new ImageCanvas(whole);
    mine.canvas->setObjectName(QStringLiteral("canvas") + letter);
    mine.canvas->setAccessibleName(tr("Picture with the boxes of %1").arg(letter));
    mine.canvas->setClassNames(m_className);
    column->addWidget(mine.canvas, 1);
    return whole;
}

void InspectCompare::linkCanvases() {
    for (int side = 0; side < 2; ++side) {
        ImageCanvas* mine = canvas(side);
        mine->installEventFilter(this);
        connect(mine, &ImageCanvas::placeChanged, this, [this, side] { follow(side); });
        connect(mine, &ImageCanvas::pointed, this,
                [this, side](const std::optional<QPointF>& point) { canvas(1 - side)->setCross(m_link->isChecked() ? point : std::nullopt); });
        connect(mine, &ImageCanvas::boxClicked, this, [this, side](int box) {
            const std::vector<int>& boxes = m_sides[static_cast<std::size_t>(side)].boxes;
            chooseBox(box >= 0 && static_cast<std::size_t>(box) < boxes.size() ? boxes[static_cast<std::size_t>(box)] : -1);
        });
        connect(mine, &ImageCanvas::saveWanted, this, &InspectCompare::saveWanted);
    }
}

void InspectCompare::follow(int from) {
    if (m_link->isChecked())
        canvas(1 - from)->setPlace(canvas(from)->place());
}

bool InspectCompare::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->matches(QKeySequence::Copy)) {
        copyPicture(); // both, not the one that has the focus
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void InspectCompare::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    load();
    showBoxes();
    compareAll();
    findErrors();
}

bool InspectCompare::takeKey(const QKeyEvent& event) {
    if (event.matches(QKeySequence::Copy)) {
        copyPicture();
        return true;
    }
    if ((event.modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)) != 0)
        return false;
    ImageCanvas* shown = canvas(canvas(1)->hasFocus() ? 1 : 0);
    switch (event.key()) {
    case Qt::Key_X: exchange(); return true;
    case Qt::Key_Home: m_list->step(-kWholeList); return true;
    case Qt::Key_End: m_list->step(kWholeList); return true;
    case Qt::Key_N: nextDifference(1); return true;
    case Qt::Key_P: nextDifference(-1); return true;
    case Qt::Key_Plus:
    case Qt::Key_Equal: shown->zoomBy(1.25); return true;
    case Qt::Key_Minus: shown->zoomBy(0.8); return true;
    case Qt::Key_0: shown->fit(); return true;
    case Qt::Key_1: shown->setZoom(1, QPointF(shown->width() / 2.0, shown->height() / 2.0)); return true;
    default: return false;
    }
}

// --- what is compared ----------------------------------------------------------------------------------------------------

std::optional<ComparedPair> InspectCompare::pair() const {
    if (!m_first || !m_other)
        return std::nullopt;
    ComparedPair pair{{m_first, m_thresholds->judge(0)}, {m_other->inspection, m_thresholds->judge(1)}, m_other->missing};
    if (m_exchanged)
        std::swap(pair.a.found, pair.b.found);
    return pair;
}

void InspectCompare::compareAll() {
    if (!isVisible())
        return;
    auto pair = this->pair();
    if (!pair) {
        m_compareJob.cancel();
        m_list->setComparing(nullptr);
        m_details->setErrors(std::nullopt, std::nullopt, 0);
        return;
    }
    struct Done {
        std::shared_ptr<const Comparing> comparing;
        std::optional<ErrorCounts> a, b;
    };
    m_compareJob.start(
        [pair = std::move(*pair), a = m_exchanged ? m_otherErrors : m_firstErrors, b = m_exchanged ? m_firstErrors : m_otherErrors](const JobRunner::Cancelled& cancelled) {
            Done done;
            const auto frames = compareFrames(pair, cancelled);
            if (!frames)
                return done;
            if (a && b) {
                done.a = errorCounts(*a, pair.a, pair.missing);
                done.b = errorCounts(*b, pair.b, pair.missing);
            }
            done.comparing = std::make_shared<const Comparing>(Comparing{pair, frames});
            return done;
        },
        [this](const Done& done) {
            if (!done.comparing)
                return;
            m_list->setComparing(done.comparing);
            m_details->setErrors(done.a, done.b, std::ranges::count(done.comparing->pair.missing, 0));
        });
}

// --- the frame -----------------------------------------------------------------------------------------------------------

void InspectCompare::setFrame(std::int64_t frame) {
    m_frame = frame;
    m_current = -1;
    m_list->setFrame(frame);
    showBoxes();
    if (m_wantedBox && frame == static_cast<std::int64_t>(m_wantedBox->image))
        goToBox(*std::exchange(m_wantedBox, std::nullopt));
    m_wantedBox.reset();
}

void InspectCompare::showPicture(const QImage& picture, const QString& problem, Size size) {
    for (const Side& side : m_sides) {
        if (!problem.isEmpty())
            side.canvas->showProblem(problem, size);
        else if (picture.isNull())
            side.canvas->showLoading(size);
        else
            side.canvas->showPicture(picture);
    }
}

void InspectCompare::showBoxes() {
    if (!m_first || !isVisible() || m_frame < 0 || static_cast<std::size_t>(m_frame) >= m_first->size())
        return;
    const auto frame = static_cast<std::size_t>(m_frame);
    const bool hadOne = m_current >= 0;
    const eval::BoxChange before = hadOne ? m_now.boxes[static_cast<std::size_t>(m_current)].from : eval::BoxChange{};
    m_now = {};
    m_current = -1;
    const auto pair = this->pair();
    if (pair && pair->knows(frame)) {
        m_now = compareFrame(*pair, frame);
        showSide(0, m_now.a);
        showSide(1, m_now.b);
        m_details->setFrame(m_now, m_only->isChecked());
        for (std::size_t i = 0; hadOne && i < m_now.boxes.size() && m_current < 0; ++i)
            if (sameBox(m_now.boxes[i].from, before))
                chooseBox(static_cast<int>(i));
        if (m_current < 0)
            tellFrame();
        return;
    }
    // The other side is on its way, or does not have this frame.
    const int known = 1 - otherSide();
    const eval::Judgement judge = m_thresholds->judge(known);
    showSide(known, inspectFrame(*m_first, frame, judge.confidence, judge.matchIou));
    showSide(otherSide(), {});
    m_sides[static_cast<std::size_t>(otherSide())].counts->setCounts(std::nullopt);
    m_details->clear(m_other ? tr("%1 does not have this frame").arg(otherName()) : QString());
}

void InspectCompare::showSide(int side, const std::vector<InspectedBox>& boxes) {
    Side& mine = m_sides[static_cast<std::size_t>(side)];
    mine.counts->setCounts(countsOf(boxes));
    std::vector<int> places(boxes.size(), -1);
    std::vector<char> differs(boxes.size(), 1);
    const auto truth = m_first->truth.of(static_cast<std::size_t>(m_frame));
    std::vector<char> truthShown(truth.size(), 1);
    const bool only = m_only->isChecked() && !m_now.boxes.empty();
    for (std::size_t i = 0; i < m_now.boxes.size(); ++i) {
        const ComparedBox& box = m_now.boxes[i];
        const bool hidden = only && agree(box.from.change);
        if (const int place = side == 0 ? box.placeA : box.placeB; place >= 0) {
            places[static_cast<std::size_t>(place)] = static_cast<int>(i);
            differs[static_cast<std::size_t>(place)] = hidden ? 0 : 1;
        }
        if (box.isObject())
            truthShown[static_cast<std::size_t>(box.from.truth)] = hidden ? 0 : 1;
    }
    std::vector<eval::TruthBox> objects;
    std::vector<int> objectPlaces(truth.size(), -1);
    for (std::size_t t = 0; t < truth.size(); ++t)
        if (truthShown[t] != 0) {
            objectPlaces[t] = static_cast<int>(objects.size());
            objects.push_back(truth[t]);
        }
    std::vector<InspectedBox> shown;
    mine.boxes.clear();
    for (std::size_t i = 0; i < boxes.size(); ++i)
        if (differs[i] != 0) {
            shown.push_back(boxes[i]);
            if (boxes[i].truth >= 0)
                shown.back().truth = objectPlaces[static_cast<std::size_t>(boxes[i].truth)];
            mine.boxes.push_back(places[i]);
        }
    mine.canvas->setBoxes(std::move(shown), std::move(objects));
}

void InspectCompare::chooseBox(int box) {
    m_current = box;
    for (const Side& side : m_sides) {
        const auto at = std::ranges::find(side.boxes, box);
        side.canvas->setCurrentBox(box >= 0 && at != side.boxes.end() ? static_cast<int>(at - side.boxes.begin()) : -1);
    }
    m_details->choose(box);
    if (box < 0) {
        tellFrame();
        return;
    }
    const ComparedBox& chosen = m_now.boxes[static_cast<std::size_t>(box)];
    canvas(0)->centreOn(chosen.box);
    if (!m_link->isChecked())
        canvas(1)->centreOn(chosen.box);
    const QString name = m_className(chosen.classId);
    switch (chosen.from.change) {
    case eval::Change::Fixed: Q_EMIT said((chosen.isObject() ? tr("%1: A misses it, B finds it: fixed") : tr("%1: A invents it, B does not: fixed")).arg(name)); break;
    case eval::Change::Broken: Q_EMIT said((chosen.isObject() ? tr("%1: A finds it, B misses it: broken") : tr("%1: B invents it, A does not: broken")).arg(name)); break;
    case eval::Change::BothWrong: Q_EMIT said((chosen.isObject() ? tr("%1: both miss it") : tr("%1: both invent it")).arg(name)); break;
    case eval::Change::BothRight: Q_EMIT said(tr("%1: both find it").arg(name)); break;
    }
}

void InspectCompare::goToBox(const eval::BoxChange& box) {
    if (m_frame != static_cast<std::int64_t>(box.image)) {
        m_wantedBox = box;
        Q_EMIT frameWanted(box.image);
        return;
    }
    for (std::size_t i = 0; i < m_now.boxes.size(); ++i)
        if (const eval::BoxChange& one = m_now.boxes[i].from; one.truth == box.truth && one.detectionA == box.detectionA && one.detectionB == box.detectionB)
            chooseBox(static_cast<int>(i));
}

void InspectCompare::nextDifference(int by) {
    // Differences stand first.
    const auto count = static_cast<int>(std::ranges::count_if(m_now.boxes, [](const ComparedBox& box) { return !agree(box.from.change); }));
    if (count == 0)
        return;
    const bool on = m_current >= 0 && m_current < count;
    chooseBox(on ? (m_current + by + count) % count : by > 0 ? 0 : count - 1);
}

void InspectCompare::tellFrame() {
    std::int64_t onlyA = 0, onlyB = 0;
    for (const ComparedBox& box : m_now.boxes)
        if (box.isObject()) {
            onlyA += box.from.change == eval::Change::Broken ? 1 : 0;
            onlyB += box.from.change == eval::Change::Fixed ? 1 : 0;
        }
    const auto boxes = [](std::int64_t count) { return count == 1 ? tr("1 box") : tr("%1 boxes").arg(qs(formatGrouped(count))); };
    Q_EMIT said(tr("A finds %1 that B misses, B finds %2 that A misses · N and P next and previous difference, X exchanges A and B").arg(boxes(onlyA), boxes(onlyB)));
}

} // namespace intersect::ui
