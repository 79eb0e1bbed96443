// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include <QComboBox>
#include <QPushButton>

#include "ui/pages/evaluate_figures.h"
#include "ui/pages/page.h"
#include "ui/worker_client.h"

class QStackedWidget;

namespace intersect::ui {

class EmptyState;
class EvaluateCharts;
class EvaluateTables;
class InlineMessage;
class SegmentedButtons;
class ThemedLabel;
class ValueSlider;

/// How good runs are: curves, AP by definition, per class and camera, for one run and at most one more to compare. GUI thread only.
class EvaluatePage : public Page {
    Q_OBJECT
public:
    explicit EvaluatePage(Session& session, QWidget* parent = nullptr);

    QString name() const override { return QStringLiteral("evaluate"); }
    QString title() const override { return tr("Evaluate"); }
    QString subtitle() const override;
    QStringList command() const override;
    QList<QAbstractButton*> headButtons() override;
    void primary() override;
    QString helpText() const override;
    /// What is shown now.
    const EvaluateFigures& figures() const { return m_figures; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeCentre();
    void refillRuns();
    void load();
    void showFigures();
    Thresholds thresholds() const { return {session().confidence(), session().matchIou(), session().nmsIou()}; }
    void showNothing(const QString& sentence, const QString& button);
    void detect();
    void takeEnd(const WorkerClient::End& end);
    QString runA() const { return m_runA->currentData().toString(); }
    QString runB() const { return m_runB->currentData().toString(); }
    std::string split() const;

    EvaluateFigures m_figures;
    WorkerClient m_worker;
    QString m_detectedRun;
    std::string m_detectedSplit;
    bool m_stale = false;  ///< something changed while the page was hidden

    QComboBox *m_runA, *m_runB;
    SegmentedButtons* m_splits;
    ValueSlider* m_confidence;
    ThemedLabel* m_progress;
    InlineMessage* m_error;
    QStackedWidget* m_body;
    EmptyState* m_empty;
    EvaluateCharts* m_charts;
    EvaluateTables* m_tables;
    QPushButton* m_inspect;
    QPushButton* m_again;
};

} // namespace intersect::ui
