// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/select_table.h"

#include <cmath>

#include <QPainter>
#include <QShortcut>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/widgets/bar_chart.h"
#include "ui/widgets/cell_view.h"

namespace intersect::ui {

namespace {

constexpr std::size_t kMostBars = 200; ///< a chart of more has less than two pixels a camera

enum Column { Rank, CameraName, Available, Exact, Selected, Lock, Rounding, Bar, ColumnCount };
constexpr double kHalf = 0.5;
constexpr int kLockPx = 15;

QString signedText(double value) {
    return (value < 0 ? QString() : QStringLiteral("+")) + qs(formatFixed(value, 2));
}

QString dash() { return QStringLiteral("–"); }

/// A padlock, closed or open.
class LockDelegate : public QStyledItemDelegate {
public:
    LockDelegate(const std::vector<SelectTable::Lockable>& locks, QObject* parent) : QStyledItemDelegate(parent), m_locks(locks) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const auto row = static_cast<std::size_t>(index.row());
        if (row >= m_locks.size()) // the totals
            return;
        const Palette& palette = Theme::instance().palette();
        if ((option.state & QStyle::State_Selected) != 0)
            painter->fillRect(option.rect, palette.accentSoft);
        painter->setPen(palette.line);
        painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
        if (m_locks[row] == SelectTable::Lockable::No)
            return;
        const bool locked = m_locks[row] == SelectTable::Lockable::Locked;
        const QRect place(option.rect.center().x() - 7, option.rect.center().y() - 7, kLockPx, kLockPx);
        Theme::instance().icon(locked ? QStringLiteral("lock") : QStringLiteral("lock-open"), locked ? palette.accentText : palette.text3).paint(painter, place);
    }
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {kLockPx + 12, kLockPx + 11}; }

private:
    const std::vector<SelectTable::Lockable>& m_locks;
};

} // namespace

SelectTable::SelectTable(QWidget* parent) : QWidget(parent) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    m_table = new CellTable({{tr("Rank"), true, tr("Place in the ranking, or in name order")},
                             {tr("Camera"), false, {}},
                             {tr("Available"), true, tr("Frames of the camera that may be chosen: without those barred")},
                             {tr("Exact quota"), true, tr("The camera's share in frames before rounding")},
                             {tr("Selected"), true, tr("Frames of the camera; type a number to set your own counts")},
                             {{}, false, tr("Lock: this camera keeps its count when another is changed (L)")},
                             {tr("Rounding"), true, tr("Selected minus exact quota, in frames")},
                             {tr("Selected of available"), false, {}}},
                            this);
    m_table->setTotalRows(1);
    m_view = new CellView(m_table);
    m_view->setObjectName(QStringLiteral("cameraTable"));
    m_view->setStretchColumn(Bar);
    m_view->fitHeight(9);
    m_view->setItemDelegateForColumn(Lock, new LockDelegate(m_locks, m_view));
    m_view->setAccessibleName(tr("Cameras with quota and selected frames"));
    layout->addWidget(m_view);
    m_note = new ThemedLabel({}, FontRole::Caption, Tone::Text3);
    m_note->setObjectName(QStringLiteral("roundingNote"));
    m_note->setWordWrap(true);
    layout->addWidget(m_note);
    m_chart = new BarChart(tr("Quota and selection per camera"));
    m_chart->setObjectName(QStringLiteral("quotaChart"));
    m_chart->setMinimumHeight(170);
    layout->addWidget(m_chart, 1);

    connect(m_table, &CellTable::edited, this, [this](int row, int, qint64 value) { Q_EMIT counted(row, value); });
    connect(m_view, &QAbstractItemView::clicked, this, [this](const QModelIndex& index) {
        if (index.column() == Lock && !m_table->isTotal(index.row()))
            Q_EMIT lockToggled(index.row());
    });
    auto* lock = new QShortcut(QKeySequence(Qt::Key_L), m_view);
    lock->setContext(Qt::WidgetShortcut);
    connect(lock, &QShortcut::activated, this, [this] {
        if (currentRow() >= 0)
            Q_EMIT lockToggled(currentRow());
    });
    connect(m_chart, &BarChart::categoryClicked, this, &SelectTable::setCurrentRow);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& current) {
        m_chart->setCurrentCategory(current.row());
        Q_EMIT currentRowChanged(current.row());
    });
    connect(&Theme::instance(), &Theme::changed, this, &SelectTable::fillChart);
}

int SelectTable::currentRow() const {
    const int row = m_view->currentIndex().row();
    return row >= 0 && !m_table->isTotal(row) ? row : -1;
}

void SelectTable::setCurrentRow(int row) {
    m_view->setCurrentIndex(m_table->index(row, CameraName));
}

void SelectTable::show(const Shown& shown, const SelectState& state) {
    m_shown = shown;
    fillTable(state);
    fillChart();
}

void SelectTable::fillTable(const SelectState& state) {
    using select::Strategy;
    const bool chosen = m_shown.selection != nullptr;
    const bool known = m_shown.quotas.counted || chosen;
    const bool hasExact = known && !state.given && (state.strategy == Strategy::Equal || state.strategy == Strategy::Proportional || state.perCamera);
    const bool editable = known && !state.given && state.strategy != Strategy::All;
    std::map<std::string, std::int64_t> frames;
    if (chosen)
        for (const select::CameraQuota& camera : m_shown.selection->cameras)
            frames[camera.camera] = camera.selected;
    std::vector<std::vector<Cell>> rows;
    qint64 available = 0, selected = 0;
    double exactSum = 0;
    m_locks.clear();
    QStringList roundedUp;
    for (const select::CameraQuota& quota : m_shown.quotas.rows) {
        const auto found = frames.find(quota.camera);
        const qint64 count = chosen ? (found != frames.end() ? found->second : 0) : quota.selected;
        const QString name = qs(quota.name);
        double exact = quota.exact;
        if (state.strategy == Strategy::Counts)
            if (const auto share = state.shares.find(name); share != state.shares.end())
                exact = share->second;
        std::vector<Cell> row(ColumnCount);
        row[Rank].text = QString::number(rows.size() + 1);
        row[Rank].tone = Tone::Text2;
        row[CameraName].text = name;
        row[CameraName].strong = true;
        row[CameraName].toolTip = qs(quota.camera);
        row[Available].text = qs(formatGrouped(quota.available));
        row[Exact].text = known ? qs(formatFixed(exact, 2)) : dash();
        row[Selected].text = known ? qs(formatGrouped(count)) : dash();
        if (editable) {
            row[Selected].editable = count;
            row[Selected].most = quota.available;
            row[Selected].toolTip = tr("Type a number to set your own counts; the cameras that are not locked follow");
        }
        const bool locked = state.strategy == Strategy::Counts && state.locked.contains(name);
        m_locks.push_back(!editable ? Lockable::No : locked ? Lockable::Locked : Lockable::Open);
        row[Lock].toolTip = locked ? tr("%1 keeps its count. Click to let it follow.").arg(name) : tr("Click to keep the count of %1 when others change").arg(name);
        row[Rounding].text = known ? signedText(static_cast<double>(count) - exact) : dash();
        row[Rounding].tone = Tone::Text2;
        row[Bar].bar = known && quota.available > 0 ? static_cast<double>(count) / static_cast<double>(quota.available) : 0.0;
        row[Bar].toolTip = tr("%1 of %2 frames").arg(row[Selected].text, row[Available].text);
        rows.push_back(std::move(row));
        available += quota.available;
        selected += count;
        exactSum += exact;
        if (hasExact && static_cast<double>(quota.quota) > std::floor(quota.exact + 1e-9) + kHalf)
            roundedUp << name;
    }
    std::vector<Cell> totals(ColumnCount);
    totals[CameraName].text = m_shown.quotas.rows.size() == 1 ? tr("1 camera") : tr("%1 cameras").arg(m_shown.quotas.rows.size());
    totals[Available].text = qs(formatGrouped(available));
    totals[Exact].text = known ? qs(formatFixed(exactSum, 2)) : dash();
    totals[Selected].text = known ? qs(formatGrouped(selected)) : dash();
    rows.push_back(std::move(totals));
    m_table->setRows(std::move(rows));

    QStringList notes;
    if (!roundedUp.isEmpty())
        notes << (state.strategy == Strategy::Proportional ? tr("Largest remainder: +1 for %1") : tr("Drawn by lot: +1 for %1")).arg(roundedUp.join(QStringLiteral(", ")));
    if (!known)
        notes << tr("How many frames each camera gives is known when the network has looked at them.");
    if (chosen)
        for (const std::string& sentence : m_shown.selection->notes)
            notes << qs(sentence);
    m_note->setText(notes.join(QStringLiteral(" · ")));
    m_note->setVisible(!notes.isEmpty());
}

void SelectTable::fillChart() {
    QStringList cameras, labels;
    const bool drawn = m_shown.quotas.rows.size() <= kMostBars;
    m_chart->setEmptyText(drawn ? QString() : tr("%1 cameras are too many for bars; the table has them all.").arg(qs(formatGrouped(static_cast<std::int64_t>(m_shown.quotas.rows.size())))));
    if (!drawn) {
        m_chart->setCategories({});
        m_chart->setSeries({}, true);
        m_chart->setMarkers({}, {}, {});
        return;
    }
    BarSeries train{tr("train"), Theme::instance().palette().train, {}};
    BarSeries val{tr("val"), Theme::instance().palette().val, {}};
    BarSeries asked{tr("asked for"), Theme::instance().palette().unused, {}};
    std::vector<double> exact;
    const bool known = m_shown.quotas.counted || m_shown.selection;
    for (const select::CameraQuota& quota : m_shown.quotas.rows) {
        cameras << qs(quota.name);
        labels << (known ? qs(formatGrouped(quota.selected)) : QString());
        exact.push_back(known ? quota.exact : 0);
        std::pair<qint64, qint64> dealt{0, 0};
        if (m_shown.deal)
            if (const auto folder = m_shown.folders.find(quota.camera); folder != m_shown.folders.end())
                if (const auto found = m_shown.deal->byCamera.find(folder->second); found != m_shown.deal->byCamera.end())
                    dealt = found->second;
        train.values.push_back(static_cast<double>(dealt.first));
        val.values.push_back(static_cast<double>(dealt.second));
        asked.values.push_back(known ? static_cast<double>(quota.selected) : 0);
    }
    m_chart->setCategories(cameras);
    if (m_shown.selection)
        m_chart->setSeries({train, val}, true);
    else
        m_chart->setSeries({asked}, true);
    m_chart->setMarkers(exact, tr("exact quota"), labels);
}

} // namespace intersect::ui
