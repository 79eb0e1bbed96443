// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include <QPushButton>
#include <QUndoStack>

#include "ui/job_runner.h"
#include "ui/models/cell_table.h"
#include "ui/pages/page.h"
#include "ui/pages/select_deal.h"
#include "ui/pages/select_state.h"

namespace intersect::ui {

class BarChart;
class CellView;
class ChosenFrames;
class EmptyState;
class InlineMessage;
class SegmentedButtons;
class SelectChoices;
class SelectSplit;
class ThemedLabel;

/// Which frames are chosen under a budget, how they are dealt into train and val, and the lists that come of it. GUI thread only.
class SelectPage : public Page {
    Q_OBJECT
public:
    explicit SelectPage(Session& session, QWidget* parent = nullptr);
    ~SelectPage() override;

    QString name() const override { return QStringLiteral("select"); }
    QString title() const override { return tr("Select"); }
    QString subtitle() const override;
    QStringList command() const override;
    QList<QAbstractButton*> headButtons() override;
    void primary() override;
    QString helpText() const override;

    /// Puts a state in place, as undo and redo do.
    void apply(const SelectState& state);
    const SelectState& state() const { return m_state; }

private:
    QWidget* makeCentre();
    void takeDataset();
    void push(const SelectState& next, const QString& what, bool merge);
    void refreshQuotas();
    void showTable();
    void showChart();
    void showTiles();
    void showOutcome();
    void choose();
    void deal();
    void write(bool replace);
    void trainWithThis();
    void editCount(int row, qint64 count);
    QString selectionFolder() const;
    std::vector<std::filesystem::path> testImages() const;
    bool isChosen() const { return m_selection && sameFrames(m_state, m_chosenFor); }

    SelectState m_state;
    SelectState m_chosenFor;
    std::vector<select::CameraQuota> m_quotas;
    std::shared_ptr<const select::Selection> m_selection;
    std::shared_ptr<const Deal> m_deal;
    QString m_writtenName;
    SelectState m_writtenFor;
    QUndoStack m_undo;
    JobRunner m_choosing, m_dealing, m_writing;

    SelectChoices* m_choices;
    SelectSplit* m_split;
    CellTable* m_table;
    CellView* m_tableView;
    InlineMessage* m_warning;
    ThemedLabel* m_note;
    BarChart* m_chart;
    ThemedLabel* m_tilesHeading;
    SegmentedButtons* m_order;
    ChosenFrames* m_tiles;
    EmptyState* m_empty;
    QPushButton* m_undoButton;
    QPushButton* m_redoButton;
};

} // namespace intersect::ui
