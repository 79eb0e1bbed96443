// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/cell_view.h"

#include <algorithm>

#include <QClipboard>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>
#include <QPainter>
#include <QPainterPath>
#include <QSaveFile>
#include <QScrollBar>
#include <QSpinBox>
#include <QStyledItemDelegate>
#include <QToolTip>

#include "ui/widgets/class_marker.h"
#include "ui/widgets/run_letter.h"

namespace intersect::ui {

namespace {

constexpr int kRowPx = 26;
constexpr int kPaddingPx = 6;
constexpr int kBarPx = 24;

/// Paints one cell: ground, hairline, glyph or chip, bar, text.
class CellDelegate : public QStyledItemDelegate {
public:
    CellDelegate(const CellTable* table, QObject* parent) : QStyledItemDelegate(parent), m_table(table) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const Cell* cell = m_table->cell(index);
        if (cell == nullptr)
            return;
        const Theme& theme = Theme::instance();
        const Palette& palette = theme.palette();
        painter->save();
        if ((option.state & QStyle::State_Selected) != 0)
            painter->fillRect(option.rect, palette.accentSoft);
        if (!m_table->isTotal(index.row())) {
            painter->setPen(palette.line);
            painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
        }
        painter->setRenderHint(QPainter::Antialiasing);
        QRect area = option.rect.adjusted(kPaddingPx, 0, -kPaddingPx, 0);
        if (cell->glyphClass) {
            paintMarker(*painter, QPointF(area.left() + 5, area.center().y() + 0.5), markerOfClass(*cell->glyphClass), 4, cell->glyphGrey ? palette.text2 : theme.classColour(*cell->glyphClass), palette.surface,
                        theme.classGlyphHollow(*cell->glyphClass));
            area.setLeft(area.left() + 14);
        }
        if (!cell->chip.isEmpty())
            area.setLeft(paintChip(*painter, area, cell->chip));
        const QFont font = index.data(Qt::FontRole).value<QFont>();
        const QFontMetrics metrics(font);
        if (cell->bar) {
            const int textWidth = cell->text.isEmpty() ? 0 : std::max(metrics.horizontalAdvance(cell->text), metrics.horizontalAdvance(QStringLiteral("0.000"))) + 8;
            const QRectF track(area.left(), area.center().y() - 3, std::max(12, area.width() - textWidth), 7);
            painter->setPen(Qt::NoPen);
            painter->setBrush(palette.unused);
            painter->drawRoundedRect(track, 2, 2);
            QRectF filled = track;
            filled.setWidth(track.width() * std::clamp(*cell->bar, 0.0, 1.0));
            painter->setBrush(cell->barInVal ? palette.val : palette.accent);
            painter->drawRoundedRect(filled, 2, 2);
        }
        if (cell->editable) {
            const QRectF box = QRectF(option.rect).adjusted(2.5, 2.5, -2.5, -3.5);
            painter->setPen(palette.line2);
            painter->setBrush(palette.surface);
            painter->drawRoundedRect(box, 4, 4);
        }
        painter->setFont(font);
        painter->setPen(index.data(Qt::ForegroundRole).value<QColor>());
        const auto alignment = Qt::Alignment(cell->bar ? int(Qt::AlignRight | Qt::AlignVCenter) : index.data(Qt::TextAlignmentRole).toInt());
        painter->drawText(area, int(alignment), metrics.elidedText(cell->text, Qt::ElideRight, area.width()));
        painter->restore();
    }

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const override {
        const Cell* cell = m_table->cell(index);
        if (cell == nullptr)
            return {0, kRowPx};
        const QFontMetrics metrics(index.data(Qt::FontRole).value<QFont>());
        int width = metrics.horizontalAdvance(cell->text) + 2 * kPaddingPx + 2;
        width += cell->glyphClass ? 14 : 0;
        width += cell->chip.isEmpty() ? 0 : 24;
        width += cell->bar ? kBarPx + 8 : 0;
        width += cell->editable ? 16 : 0;
        return {width, kRowPx};
    }

    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex& index) const override {
        const Cell* cell = m_table->cell(index);
        if (cell == nullptr || !cell->editable)
            return nullptr;
        auto* spin = new QSpinBox(parent);
        spin->setRange(0, static_cast<int>(cell->most));
        spin->setAlignment(Qt::AlignRight);
        spin->setFrame(false);
        return spin;
    }

private:
    static int paintChip(QPainter& painter, const QRect& area, const QString& letter) {
        paintRunLetter(painter, QRectF(area.left(), area.center().y() - 7, 16, 16), letter);
        return area.left() + 24;
    }
    const CellTable* m_table;
};

} // namespace

CellView::CellView(CellTable* table, QWidget* parent) : QTableView(parent), m_table(table) {
    setModel(table);
    setItemDelegate(new CellDelegate(table, this));
    setShowGrid(false);
    setFrameShape(QFrame::NoFrame);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setEditTriggers(QAbstractItemView::CurrentChanged | QAbstractItemView::SelectedClicked | QAbstractItemView::EditKeyPressed | QAbstractItemView::AnyKeyPressed);
    setTabKeyNavigation(false);
    setWordWrap(false);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(kRowPx);
    verticalHeader()->setDefaultSectionSize(kRowPx);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionsClickable(false);
    horizontalHeader()->setFixedHeight(kRowPx);
    horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    horizontalHeader()->setMinimumSectionSize(28);
    const auto changed = [this] {
        if (m_mostRows > 0)
            fitHeight(m_mostRows);
    };
    connect(table, &QAbstractItemModel::modelReset, this, changed);
    connect(&Theme::instance(), &Theme::changed, this, [this] { viewport()->update(); });
    connect(this, &QAbstractItemView::doubleClicked, this, [this](const QModelIndex& index) {
        if (const QString key = m_table->keyOf(index.row()); !key.isEmpty())
            Q_EMIT rowChosen(key);
    });
}

void CellView::setSortable() {
    horizontalHeader()->setSectionsClickable(true);
    horizontalHeader()->setCursor(Qt::PointingHandCursor);
    connect(horizontalHeader(), &QHeaderView::sectionClicked, this, &CellView::sortBy);
}

void CellView::sortBy(int column) {
    const Qt::SortOrder first = m_table->column(column).firstOrder;
    const Qt::SortOrder second = first == Qt::AscendingOrder ? Qt::DescendingOrder : Qt::AscendingOrder;
    if (m_table->sortColumn() != column)
        m_table->sort(column, first);
    else if (m_table->sortOrder() == first)
        m_table->sort(column, second);
    else
        m_table->sort(-1);
}

void CellView::setSaveable(const QString& fileName) {
    m_fileName = fileName;
}

bool CellView::saveCsv(const QString& file) const {
    QSaveFile out(file);
    return out.open(QIODevice::WriteOnly) && out.write(m_table->csv().toUtf8()) >= 0 && out.commit();
}

void CellView::copyTable() const {
    QGuiApplication::clipboard()->setText(m_table->csv());
}

void CellView::askToSave() {
    const QString file = QFileDialog::getSaveFileName(this, tr("Save the table"), m_fileName + QStringLiteral(".csv"), tr("Tables (*.csv)"));
    if (!file.isEmpty() && !saveCsv(file))
        QToolTip::showText(mapToGlobal(QPoint(8, 8)), tr("The table cannot be written to %1. Choose another folder.").arg(file), this);
}

void CellView::contextMenuEvent(QContextMenuEvent* event) {
    if (m_fileName.isEmpty()) {
        QTableView::contextMenuEvent(event);
        return;
    }
    QMenu menu(this);
    menu.addAction(tr("Copy table"), this, &CellView::copyTable);
    menu.addAction(tr("Save as CSV…"), this, &CellView::askToSave);
    menu.exec(event->globalPos());
}

void CellView::keyPressEvent(QKeyEvent* event) {
    if (!m_fileName.isEmpty() && event->matches(QKeySequence::Copy)) {
        copyTable();
        event->accept();
        return;
    }
    if (!m_fileName.isEmpty() && !event->text().isEmpty() && event->text().front().isPrint()) {
        event->ignore(); // a key of the page, not a search
        return;
    }
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        if (const QString key = m_table->keyOf(currentIndex().row()); !key.isEmpty() && event->modifiers() == Qt::NoModifier) {
            Q_EMIT rowChosen(key);
            return;
        }
        if (event->modifiers() != Qt::NoModifier) {
            event->ignore();
            return;
        }
    }
    QTableView::keyPressEvent(event);
}

void CellView::setStretchColumn(int column) {
    horizontalHeader()->setSectionResizeMode(column, QHeaderView::Stretch);
}

void CellView::fitHeight(int mostRows) {
    m_mostRows = mostRows;
    setHorizontalScrollBarPolicy(m_wide ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(m_table->rowCount() > mostRows ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    updateGeometry();
}

void CellView::allowWide() {
    m_wide = true;
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
}

QSize CellView::sizeHint() const {
    if (m_mostRows == 0)
        return QTableView::sizeHint();
    const int bar = m_wide ? horizontalScrollBar()->sizeHint().height() : 0;
    return {QTableView::sizeHint().width(), kRowPx * (1 + std::clamp(m_table->rowCount(), 1, m_mostRows)) + 2 + bar};
}

QSize CellView::minimumSizeHint() const {
    const QSize usual = QTableView::minimumSizeHint();
    return m_mostRows == 0 ? usual : QSize(usual.width(), sizeHint().height());
}

} // namespace intersect::ui
