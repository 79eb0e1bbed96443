// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSlider>

#include "core/model/graph.h"
#include "core/runs/train_config.h"
#include "ui/job_runner.h"
#include "ui/pages/train_options.h"
#include "ui/pages/train_schedule.h"
#include "ui/session.h"
#include "ui/widgets/inline_message.h"
#include "ui/widgets/loss_form.h"
#include "ui/widgets/side_pane.h"

namespace intersect::ui {

/// The left pane of Train: the settings of the next run. GUI thread only.
class TrainForm : public SidePane {
    Q_OBJECT
public:
    explicit TrainForm(Session& session, QWidget* parent = nullptr);
    /// What the form says now; `data` is empty while no selection with lists exists.
    runs::TrainConfig config() const;
    QString selectionName() const;
    /// Shows the settings of an earlier run; its lists are chosen where they are among the selections.
    void setConfig(const runs::TrainConfig& config);
    QPushButton* startButton() const { return m_start; }
    QPushButton* queueButton() const { return m_queue; }
    /// Why what the form says cannot be trained with; empty when it can.
    QString problem() const { return m_loss->problem(); }
    /// Why Start cannot go; an empty sentence hides it.
    void setProblem(const QString& sentence, const QString& advice);
    void setRunName(const QString& name);
    void setLoss(const loss::LossSpec& loss) { m_loss->setLoss(loss); }
    void setClassWeights(loss::ClassWeightRule rule, double beta, bool drawFrames) { m_loss->setClassWeights(rule, beta, drawFrames); }

Q_SIGNALS:
    void changed();
    void previewAsked();

private:
    void makeStart();
    void makeFreeze();
    void takeHyp(const runs::HyperParameters& hyp, const std::optional<loss::LossSpec>& loss);
    void takeRecipe(const QString& name);
    void showSettings(const runs::TrainConfig& config);
    /// What the freeze fields say; false: the list cannot be understood.
    bool fillFrozen(runs::TrainConfig& config) const;
    void refillSelections();
    void refillWeights();
    void browseWeights();
    void readNetwork();
    void takeNetwork(const Result<model::ModelCfg>& cfg, model::Form form);
    void showFreeze();

    Session& m_session;
    QComboBox* m_selection;
    QComboBox* m_weights;
    int m_weightsBefore = 0;
    QStringList m_browsed;
    JobRunner m_reading;
    std::optional<model::Graph> m_network; ///< what the chosen weights hold; none while they are read or if they are refused
    InlineMessage* m_weightsProblem;
    ThemedLabel* m_trainable = nullptr;
    QSlider* m_freeze;
    QLabel *m_freezeText, *m_lastModule;
    QPushButton* m_backbone;
    QLineEdit* m_freezeList;
    LossForm* m_loss;
    TrainSchedule* m_schedule;
    TrainOptions* m_options;
    InlineMessage* m_problem;
    ThemedLabel* m_runName;
    QPushButton *m_start, *m_queue;
};

} // namespace intersect::ui
