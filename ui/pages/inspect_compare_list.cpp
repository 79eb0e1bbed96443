// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/inspect_compare_list.h"

#include <algorithm>
#include <set>

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMenu>
#include <QSaveFile>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QToolTip>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/pages/inspect_compare_rows.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/side_pane.h"
#include "ui/widgets/thumbnail_provider.h"

namespace intersect::ui {
namespace {

constexpr eval::Change kChanges[] = {eval::Change::Broken, eval::Change::Fixed, eval::Change::BothWrong};

QString counted(std::int64_t number) {
    return qs(formatGrouped(number));
}

} // namespace

CompareList::CompareList(std::function<QString(int)> className, QWidget* parent) : QWidget(parent), m_className(std::move(className)) {
    setObjectName(QStringLiteral("compareList"));
    m_framesModel = new ComparedFramesModel(this);
    m_boxesModel = new ComparedBoxesModel(m_className, this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    auto* head = new QVBoxLayout;
    head->setContentsMargins(12, 0, 12, 0);
    head->setSpacing(6);
    m_switch = new SegmentedButtons({tr("By frame"), tr("By box")}, this);
    m_switch->setObjectName(QStringLiteral("compareListSwitch"));
    m_switch->setAccessibleName(tr("What is listed"));
    head->addWidget(m_switch);
    auto* meaning = new ThemedLabel(tr("From A to B: fixed is wrong in A and right in B, broken is right in A and wrong in B."), FontRole::Caption, Tone::Text3, this);
    meaning->setWordWrap(true);
    head->addWidget(meaning);
    column->addLayout(head);
    m_stack = new QStackedWidget(this);
    column->addWidget(m_stack, 1);
    buildFrames();
    buildBoxes();
    column->addWidget(new HairLine(this));
    m_sums = new ThemedLabel({}, FontRole::Caption, Tone::Text2, this);
    m_sums->setObjectName(QStringLiteral("compareSums"));
    m_sums->setWordWrap(true);
    m_sums->setContentsMargins(12, 0, 12, 8);
    column->addWidget(m_sums);
    connect(m_switch, &SegmentedButtons::currentChanged, this, [this](int page) {
        m_stack->setCurrentIndex(page);
        showFrames();
        showBoxes();
    });
}

QListView* CompareList::addList(const char* objectName, const QString& name, QAbstractItemModel* model) {
    auto* list = new QListView(this);
    list->setObjectName(qs(objectName));
    list->setAccessibleName(name);
    list->setUniformItemSizes(true);
    list->setFrameShape(QFrame::NoFrame);
    list->setMouseTracking(true);
    list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    list->setModel(model);
    list->installEventFilter(this);
    connect(&ThumbnailProvider::instance(), &ThumbnailProvider::ready, list->viewport(), qOverload<>(&QWidget::update));
    connect(&Theme::instance(), &Theme::changed, list->viewport(), qOverload<>(&QWidget::update));
    return list;
}

void CompareList::buildFrames() {
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(12, 0, 12, 0);
    m_order = new SegmentedButtons({tr("Broken"), tr("Fixed"), tr("Both wrong")}, page);
    m_order->setObjectName(QStringLiteral("compareOrder"));
    m_order->setAccessibleName(tr("Order of the frames"));
    m_order->button(0)->setToolTip(tr("Frames with most boxes that are right in A and wrong in B first"));
    m_order->button(1)->setToolTip(tr("Frames with most boxes that are wrong in A and right in B first"));
    m_order->button(2)->setToolTip(tr("Frames with most boxes that are wrong in both first"));
    row->addWidget(m_order);
    row->addStretch(1);
    column->addLayout(row);
    column->addWidget(new HairLine(page));
    m_none = new ThemedLabel(tr("A and B agree on every box of these frames."), FontRole::Body, Tone::Text2, page);
    m_none->setWordWrap(true);
    m_none->setContentsMargins(12, 4, 12, 4);
    m_none->hide();
    column->addWidget(m_none);
    m_frames = addList("comparedFrames", tr("Frames with what changed from A to B"), m_framesModel);
    m_frames->setItemDelegate(makeComparedFrameDelegate(m_frames));
    column->addWidget(m_frames, 1);
    m_stack->addWidget(page);
    connect(m_order, &SegmentedButtons::currentChanged, this, [this] {
        showFrames();
        if (m_framesModel->rowCount() > 0) // a new order begins with its first
            m_frames->setCurrentIndex(m_framesModel->index(0, 0));
    });
    connect(m_frames->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& current) {
        if (current.isValid())
            Q_EMIT frameWanted(m_framesModel->frameAt(current.row()));
    });
}

void CompareList::buildBoxes() {
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    auto* head = new QVBoxLayout;
    head->setContentsMargins(12, 0, 12, 0);
    head->setSpacing(6);
    auto* chips = new QWidget(page);
    auto* flow = new FlowLayout(6, 6, chips);
    const char* const names[] = {"brokenChip", "fixedChip", "bothWrongChip"};
    const QString tips[] = {tr("Right in A, wrong in B: objects lost, false detections new"), tr("Wrong in A, right in B: objects found, false detections gone"),
                            tr("Wrong in A and in B: objects missed, false detections made by both")};
    for (std::size_t i = 0; i < m_chips.size(); ++i) {
        m_chips[i] = new ChipButton(changeWord(kChanges[i]), -1, chips);
        m_chips[i]->setObjectName(qs(names[i]));
        m_chips[i]->setToolTip(tips[i] + QLatin1Char('\n') + tr("Double click for these alone"));
        m_chips[i]->setChecked(kChanges[i] != eval::Change::BothWrong);
        flow->addWidget(m_chips[i]);
        connect(m_chips[i], &ChipButton::toggled, this, &CompareList::showBoxes);
        connect(m_chips[i], &ChipButton::aloneWanted, this, [this, i] {
            for (std::size_t k = 0; k < m_chips.size(); ++k)
                m_chips[k]->setChecked(k == i);
        });
    }
    head->addWidget(chips);
    m_classes = new QComboBox(page);
    m_classes->setObjectName(QStringLiteral("compareClass"));
    m_classes->setAccessibleName(tr("Class of the boxes"));
    m_classes->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    head->addWidget(m_classes);
    column->addLayout(head);
    column->addWidget(new HairLine(page));
    m_boxes = addList("comparedBoxes", tr("Boxes that changed from A to B"), m_boxesModel);
    m_boxes->setItemDelegate(makeComparedBoxDelegate(m_boxes));
    m_boxes->setContextMenuPolicy(Qt::CustomContextMenu);
    column->addWidget(m_boxes, 1);
    m_stack->addWidget(page);
    connect(m_classes, &QComboBox::activated, this, [this] {
        showCounts();
        showBoxes();
    });
    connect(m_boxes, &QWidget::customContextMenuRequested, this, &CompareList::boxMenu);
    const auto want = [this](const QModelIndex& index) {
        if (index.isValid())
            Q_EMIT boxWanted(m_boxesModel->box(index.row()));
    };
    connect(m_boxes->selectionModel(), &QItemSelectionModel::currentChanged, this, want);
    connect(m_boxes, &QAbstractItemView::activated, this, want);
    connect(m_boxes, &QAbstractItemView::doubleClicked, this, want);
}

// --- what is listed -----------------------------------------------------------------------------------------------------

void CompareList::setComparing(std::shared_ptr<const Comparing> comparing) {
    m_comparing = std::move(comparing);
    const int chosen = m_classes->currentIndex() > 0 ? m_classes->currentData().toInt() : -1;
    std::set<int> ids;
    if (m_comparing)
        for (const eval::BoxChange& box : m_comparing->frames->boxes)
            ids.insert(classOf(m_comparing->pair, box));
    if (chosen >= 0)
        ids.insert(chosen); // stays, also where nothing of it is left at these thresholds
    m_classes->clear();
    m_classes->addItem(tr("all classes"), -1);
    for (const int id : ids)
        m_classes->addItem(m_className(id), id);
    m_classes->setCurrentIndex(std::max(0, m_classes->findData(chosen)));
    showCounts();
    showFrames();
    showBoxes();
    showSums();
}

void CompareList::setListed(const std::vector<std::uint32_t>& frames) {
    if (frames == m_listed && !m_listedFlags.empty())
        return;
    m_listed = frames;
    m_listedFlags.clear();
    for (const std::uint32_t frame : m_listed) {
        if (frame >= m_listedFlags.size())
            m_listedFlags.resize(frame + 1, 0);
        m_listedFlags[frame] = 1;
    }
    showCounts();
    showFrames();
    showBoxes();
    showSums();
}

void CompareList::setOnlyDifferences(bool only) {
    m_onlyDifferences = only;
    m_chips[2]->setEnabled(!only);
    showFrames();
    showBoxes();
}

void CompareList::setFrame(std::int64_t frame) {
    m_frame = frame;
    const int row = frame >= 0 ? m_framesModel->rowOf(static_cast<std::uint32_t>(frame)) : -1;
    if (m_frames->currentIndex().row() == row)
        return;
    const QSignalBlocker quiet(m_frames->selectionModel());
    m_frames->selectionModel()->setCurrentIndex(row >= 0 ? m_framesModel->index(row, 0) : QModelIndex(), QItemSelectionModel::ClearAndSelect);
    if (row >= 0)
        m_frames->scrollTo(m_framesModel->index(row, 0));
    m_frames->viewport()->update();
}

void CompareList::showFrames() {
    if (onBoxes())
        return;
    std::vector<std::uint32_t> rows;
    if (m_comparing) {
        for (const std::uint32_t frame : m_listed)
            if (frame < m_comparing->frames->frames.size() && m_comparing->pair.knows(frame)) {
                const eval::FrameChange& change = m_comparing->frames->frames[frame];
                if (!m_onlyDifferences || change.fixed + change.broken > 0)
                    rows.push_back(frame);
            }
        orderByChange(rows, *m_comparing->frames, static_cast<ChangeOrder>(m_order->current()));
    }
    const QSignalBlocker quiet(m_frames->selectionModel());
    m_none->setVisible(m_comparing && rows.empty());
    m_framesModel->set(m_comparing, std::move(rows));
    setFrame(m_frame);
    if (m_frames->currentIndex().isValid())
        m_frames->scrollTo(m_frames->currentIndex());
    m_frames->viewport()->update();
}

void CompareList::showBoxes() {
    if (!onBoxes())
        return;
    ComparedBoxesModel::Filter filter;
    for (std::size_t i = 0; i < m_chips.size(); ++i)
        if (m_chips[i]->isChecked() && (!m_onlyDifferences || !agree(kChanges[i])))
            filter.changes.insert(kChanges[i]);
    filter.classId = m_classes->currentData().toInt();
    filter.frames = m_listedFlags;
    const int scrolled = m_boxes->verticalScrollBar()->value();
    const QSignalBlocker quiet(m_boxes->selectionModel());
    m_boxesModel->set(m_comparing, filter);
    m_boxes->verticalScrollBar()->setValue(scrolled);
}

void CompareList::showCounts() {
    std::array<qint64, 3> counts{};
    if (m_comparing) {
        ComparedBoxesModel::Filter filter;
        filter.classId = m_classes->currentData().toInt();
        filter.frames = m_listedFlags;
        for (const eval::BoxChange& box : m_comparing->frames->boxes)
            if (filter.keeps(m_comparing->pair, box))
                ++counts[static_cast<std::size_t>(std::ranges::find(kChanges, box.change) - std::begin(kChanges))];
    }
    qint64 room = 99; // so many nines that nothing moves while thresholds do
    while (m_comparing && room < static_cast<qint64>(m_comparing->frames->boxes.size()))
        room = room * 10 + 9;
    for (std::size_t i = 0; i < m_chips.size(); ++i) {
        m_chips[i]->setMostCount(room);
        m_chips[i]->setCount(m_comparing ? counts[i] : -1);
        m_chips[i]->setAccessibleDescription(m_comparing ? tr("%1 boxes").arg(counted(counts[i])) : QString());
    }
}

void CompareList::showSums() {
    m_sums->setVisible(m_comparing != nullptr);
    if (!m_comparing)
        return;
    const ChangeSums sums = sumsOf(m_comparing->pair, *m_comparing->frames, m_listed);
    const ChangeCounts &objects = sums.objects, &inventions = sums.inventions;
    m_sums->setText(tr("%1 frames, %2 true objects: B fixes %3 and breaks %4, both miss %5, both find %6. False detections: %7 gone, %8 new, %9 in both.")
                        .arg(counted(sums.frames), counted(objects.all()), counted(objects.fixed), counted(objects.broken), counted(objects.bothWrong), counted(objects.bothRight),
                             counted(inventions.fixed), counted(inventions.broken), counted(inventions.bothWrong)));
}

void CompareList::step(int by) {
    QListView* list = onBoxes() ? m_boxes : m_frames;
    const int count = list->model()->rowCount();
    if (count > 0)
        list->setCurrentIndex(list->model()->index(list->currentIndex().isValid() ? std::clamp(list->currentIndex().row() + by, 0, count - 1) : 0, 0));
}

// --- the boxes as a table -----------------------------------------------------------------------------------------------

void CompareList::copyCsv() const {
    QGuiApplication::clipboard()->setText(m_boxesModel->csv());
}

bool CompareList::saveCsv(const QString& file) const {
    QSaveFile out(file);
    return out.open(QIODevice::WriteOnly) && out.write(m_boxesModel->csv().toUtf8()) >= 0 && out.commit();
}

void CompareList::boxMenu(const QPoint& at) {
    QMenu menu(this);
    menu.addAction(tr("Copy list"), this, &CompareList::copyCsv);
    menu.addAction(tr("Save as CSV…"), this, [this] {
        const QString file = QFileDialog::getSaveFileName(this, tr("Save the list"), QStringLiteral("changed-boxes.csv"), tr("Tables (*.csv)"));
        if (!file.isEmpty() && !saveCsv(file))
            QToolTip::showText(mapToGlobal(QPoint(8, 8)), tr("The list cannot be written to %1. Choose another folder.").arg(file), this);
    });
    menu.exec(m_boxes->viewport()->mapToGlobal(at));
}

bool CompareList::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    auto* key = static_cast<QKeyEvent*>(event);
    if (watched == m_boxes && key->matches(QKeySequence::Copy)) {
        copyCsv();
        return true;
    }
    switch (key->key()) {
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Tab:
    case Qt::Key_Backtab: return QWidget::eventFilter(watched, event);
    default: break;
    }
    key->ignore(); // letters and arrows are the page's: what is ignored goes on to the parent
    return true;
}

} // namespace intersect::ui
