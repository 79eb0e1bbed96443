// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include <QTimer>

#include "core/select/chosen_list.h"
#include "ui/job_runner.h"
#include "ui/pages/page.h"
#include "ui/pages/select_deal.h"
#include "ui/pages/select_job.h"
#include "ui/pages/select_state.h"
#include "ui/pages/select_store.h"

namespace intersect::ui {

class EmptyState;
class InlineMessage;
class SelectChoices;
class SelectCompare;
class SelectFrames;
class SelectHistory;
class SelectSplit;
class SelectTable;

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
    /// The chosen frames, with what was changed by hand; null: none are chosen.
    std::shared_ptr<const select::Selection> selection() const { return m_selection; }
    /// Takes a list of image paths as the chosen frames; those of another machine are found by pool, camera and file.
    void importList(const QString& file);

private:
    QWidget* makeCentre();
    void takeDataset();
    bool restore(SelectState& state);
    void push(const SelectState& next, const QString& what, bool merge);
    void refreshQuotas();
    void refreshSelection();
    std::vector<select::CameraQuota> rowsNow() const;
    void showAll();
    void showOutcome();
    void choose();
    void chooseFailed(const QString& sentence, const QString& advice, const QString& lastLines);
    void deal();
    void write(bool replace);
    void trainWithThis();
    void askForList();
    void takeGiven(const std::shared_ptr<const GivenList>& list, const QString& what);
    // counts that are typed and locked
    SelectState withCounts() const;
    void editCount(int row, qint64 count);
    void toggleLock(int row);
    void takeSum(SelectState& next) const;
    std::vector<select::CameraQuota> countRows(const SelectState& state, std::vector<std::int64_t>& pinned) const;
    // on disk
    QString selectionFolder() const;
    std::vector<std::filesystem::path> testImages() const;
    bool isByHand() const;
    StoredSelection stored() const;
    void saveSoon();
    void saveNow();

    SelectState m_state;
    SelectState m_drawnFor;
    QuotaTable m_quotas;
    std::shared_ptr<const select::FramePlaces> m_places;
    std::shared_ptr<const data::Dataset> m_dataset; ///< the one of m_places
    std::shared_ptr<const select::Selection> m_drawn;     ///< as the rule drew it, for m_drawnFor
    std::shared_ptr<const select::Selection> m_selection; ///< with single frames put in and taken out
    std::shared_ptr<const Deal> m_deal;
    QString m_restoredFor; ///< the workspace whose state was read
    QString m_writtenName;
    SelectState m_writtenFor;
    SelectJob m_job;
    JobRunner m_dealing, m_writing, m_importing, m_saving;
    QTimer m_saveTimer;

    SelectHistory* m_history;
    SelectChoices* m_choices;
    SelectSplit* m_split;
    InlineMessage* m_warning;
    SelectTable* m_table;
    SelectFrames* m_frames;
    SelectCompare* m_compare;
    EmptyState* m_empty;
};

} // namespace intersect::ui
