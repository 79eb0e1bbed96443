// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/inspect_compare_table.h"

#include <limits>

#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/widgets/panes.h"
#include "ui/widgets/run_letter.h"
#include "ui/widgets/side_pane.h"

namespace intersect::ui {
namespace {

enum Column { ClassColumn, SizeColumn, ScoreA, IouA, ScoreB, IouB, FoundColumn };

QString foundBy(const ComparedBox& box) {
    const eval::BoxChange& of = box.from;
    if (!box.isObject())
        return of.detectionA >= 0 && of.detectionB >= 0 ? CompareDetails::tr("false in both")
               : of.detectionA >= 0                     ? CompareDetails::tr("false in A")
                                                        : CompareDetails::tr("false in B");
    switch (of.change) {
    case eval::Change::Broken: return CompareDetails::tr("only A");
    case eval::Change::Fixed: return CompareDetails::tr("only B");
    case eval::Change::BothWrong: return CompareDetails::tr("neither");
    case eval::Change::BothRight: break;
    }
    return CompareDetails::tr("both");
}

Cell numberCell(double value, bool there) {
    Cell cell;
    cell.text = there ? qs(formatFixed(value, 2)) : QStringLiteral("–");
    cell.order = there ? value : std::numeric_limits<double>::quiet_NaN();
    return cell;
}

QString keyOf(int box) {
    return QString::number(box);
}

} // namespace

CompareDetails::CompareDetails(std::function<QString(int)> className, QWidget* parent) : QWidget(parent), m_className(std::move(className)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    auto* left = new QVBoxLayout;
    left->setContentsMargins(8, 10, 8, 8);
    left->setSpacing(6);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(8, 0, 8, 0);
    head->addWidget(new ThemedLabel(tr("True boxes of this frame"), FontRole::SectionHeading));
    head->addStretch(1);
    m_caption = new ThemedLabel({}, FontRole::Caption, Tone::Text3);
    m_caption->setObjectName(QStringLiteral("truthTableCaption"));
    head->addWidget(m_caption);
    left->addLayout(head);
    m_table = new CellTable({{tr("Class"), false, {}},
                             {tr("Size px"), true, tr("Width and height in pixels of the image; sorted and saved by the area"), Qt::DescendingOrder},
                             {tr("A score"), true, tr("Confidence of the detection of A"), Qt::DescendingOrder},
                             {tr("A IoU"), true, tr("Overlap of A's detection with its object; of a false detection its best with any object"), Qt::DescendingOrder},
                             {tr("B score"), true, tr("Confidence of the detection of B"), Qt::DescendingOrder},
                             {tr("B IoU"), true, tr("Overlap of B's detection with its object; of a false detection its best with any object"), Qt::DescendingOrder},
                             {tr("Found by"), false, tr("Which of the two found the true box; or which of them made the false detection")}},
                            this);
    m_view = new CellView(m_table);
    m_view->setObjectName(QStringLiteral("truthTable"));
    m_view->setAccessibleName(tr("Boxes of this frame in A and B"));
    m_view->setStretchColumn(ClassColumn);
    m_view->setSortable();
    m_view->setSaveable(tr("compared-boxes"));
    m_view->allowWide();
    left->addWidget(m_view, 1);
    row->addLayout(left, 3);
    auto* between = new HairLine(this);
    between->setFixedSize(1, QWIDGETSIZE_MAX);
    row->addWidget(between);

    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* right = new SurfaceArea(scroll);
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(16, 10, 16, 8);
    column->setSpacing(6);
    column->addWidget(new ThemedLabel(tr("Found in this frame"), FontRole::SectionHeading));
    m_found = new FoundBar(right);
    column->addWidget(m_found);
    column->addSpacing(2);
    auto* errors = new QHBoxLayout;
    errors->setSpacing(8);
    errors->addWidget(new ThemedLabel(tr("Error types"), FontRole::SectionHeading));
    errors->addStretch(1);
    m_errorCaption = new ThemedLabel({}, FontRole::Caption, Tone::Text3);
    m_errorCaption->setToolTip(tr("By TIDE's rules at IoU 0.5: detections at or above each side's confidence, and true boxes that nothing was found for at any"));
    errors->addWidget(m_errorCaption);
    errors->addWidget(new RunLetter(QStringLiteral("A")));
    errors->addWidget(new RunLetter(QStringLiteral("B")));
    column->addLayout(errors);
    m_errors = new ErrorPairs(right);
    column->addWidget(m_errors);
    column->addStretch(1);
    scroll->setWidget(right);
    row->addWidget(scroll, 2);

    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& current) {
        if (current.isValid())
            Q_EMIT boxChosen(m_table->keyOf(current.row()).toInt());
    });
}

void CompareDetails::setFrame(const ComparedFrame& frame, bool onlyDifferences) {
    std::vector<std::vector<Cell>> rows;
    FoundBar::Counts found;
    std::int64_t objects = 0;
    for (std::size_t i = 0; i < frame.boxes.size(); ++i) {
        const ComparedBox& box = frame.boxes[i];
        if (box.isObject()) {
            ++objects;
            const eval::Change change = box.from.change;
            ++(change == eval::Change::Broken ? found.onlyA : change == eval::Change::Fixed ? found.onlyB : change == eval::Change::BothRight ? found.both : found.neither);
        }
        if (onlyDifferences && agree(box.from.change))
            continue;
        std::vector<Cell> cells(7);
        cells[ClassColumn].text = m_className(box.classId);
        cells[ClassColumn].glyphClass = box.classId;
        cells[ClassColumn].glyphGrey = true;
        cells[ClassColumn].key = keyOf(static_cast<int>(i));
        const double width = static_cast<double>(box.box.x2 - box.box.x1), height = static_cast<double>(box.box.y2 - box.box.y1);
        cells[SizeColumn].text = tr("%1 × %2").arg(qs(formatFixed(width, 0)), qs(formatFixed(height, 0)));
        cells[SizeColumn].order = width * height;
        cells[SizeColumn].tone = Tone::Text2;
        const auto numbers = [&](const std::vector<InspectedBox>& boxes, int place, Column score, Column iou) {
            const InspectedBox* of = place >= 0 ? &boxes[static_cast<std::size_t>(place)] : nullptr;
            const bool there = of != nullptr && of->detection >= 0;
            cells[score] = numberCell(there ? static_cast<double>(of->score) : 0, there);
            cells[iou] = numberCell(there ? static_cast<double>(of->iou) : 0, there);
        };
        numbers(frame.a, box.placeA, ScoreA, IouA);
        numbers(frame.b, box.placeB, ScoreB, IouB);
        cells[FoundColumn].text = foundBy(box);
        cells[FoundColumn].strong = !agree(box.from.change);
        cells[FoundColumn].tone = agree(box.from.change) ? Tone::Text2 : Tone::Text;
        rows.push_back(std::move(cells));
    }
    const auto hidden = static_cast<std::int64_t>(frame.boxes.size() - rows.size());
    const auto inventions = static_cast<std::int64_t>(frame.boxes.size()) - objects;
    m_caption->setText(hidden > 0 ? tr("%1 differences, %2 boxes hidden").arg(qs(formatGrouped(static_cast<std::int64_t>(rows.size()))), qs(formatGrouped(hidden)))
                                  : tr("%1 true boxes and %2 false ones, differences first").arg(qs(formatGrouped(objects)), qs(formatGrouped(inventions))));
    const QSignalBlocker quiet(m_view->selectionModel());
    m_table->setRows(std::move(rows));
    m_found->setCounts(found);
}

void CompareDetails::clear(const QString& why) {
    const QSignalBlocker quiet(m_view->selectionModel());
    m_table->setRows({});
    m_caption->setText(why);
    m_found->setCounts(std::nullopt);
}

void CompareDetails::choose(int box) {
    const QSignalBlocker quiet(m_view->selectionModel());
    const int row = box >= 0 ? m_table->rowOf(keyOf(box)) : -1;
    if (row < 0) {
        m_view->clearSelection();
        m_view->setCurrentIndex({});
    } else {
        m_view->selectionModel()->setCurrentIndex(m_table->index(row, 0), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        m_view->scrollTo(m_table->index(row, 0));
    }
    m_view->viewport()->update();
}

void CompareDetails::setErrors(std::optional<ErrorCounts> a, std::optional<ErrorCounts> b, std::int64_t frames) {
    m_errors->setCounts(a, b);
    m_errorCaption->setText(tr("all %1 frames").arg(qs(formatGrouped(frames))));
}

} // namespace intersect::ui
