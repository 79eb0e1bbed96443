// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QPushButton>

#include "ui/job_runner.h"
#include "ui/pages/evaluate_detect.h"
#include "ui/pages/evaluate_figures.h"
#include "ui/pages/page.h"

class QStackedWidget;

namespace intersect::ui {

class EmptyState;
class EvaluateCharts;
class EvaluateSliders;
class EvaluateTables;
class InlineMessage;
class RunChips;
class SegmentedButtons;
class ThemedLabel;

/// How good runs are: curves, AP by definition, per class and group, for up to three runs side by side at thresholds that move live. GUI
/// thread only.
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
    /// All that is shown belongs to the thresholds of now, intervals and definitions too.
    bool isSettled() const;

protected:
    void showEvent(QShowEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QWidget* makeCentre();
    QWidget* makeHead();

    void readWorkspace();
    void refillRuns(); ///< what the disk holds, then load
    void pickRuns(const QStringList& runs);
    void readFacts(const QStringList& runs); ///< for the chips' tool tips
    void showChoices();
    void load();
    void showFigures();
    void showCandidates();
    void showNothing(const QString& sentence, const QString& button);
    void exportFigures();
    void detect(const QStringList& runs, const QStringList& splits);
    void showFrames(const QStringList& paths, const QString& what);
    void showConfusion(int predicted, int actual);
    void showCamera(const QString& camera);

    bool isEvaluated(const QString& run) const; ///< on the split of now
    bool hasWeights(const QString& run) const;
    QString runA() const { return m_runs.value(0); }
    QString split() const;
    std::vector<std::string> datasetNames() const;
    const ShownRun* classesRun() const; ///< null while nothing is shown
    QString runKey() const;             ///< under which the runs are remembered

    EvaluateFigures m_figures;
    RunDetection m_detection;
    JobRunner m_facts, m_picking;
    QStringList m_available; ///< runs of the workspace that could be shown
    QStringList m_runs;      ///< those asked for, A first
    QHash<QString, QString> m_factsOf;
    bool m_stale = false; ///< something changed while the page was hidden

    RunChips* m_chips;
    SegmentedButtons *m_splits, *m_classesOf;
    ThemedLabel* m_classesOfWord;
    EvaluateSliders* m_sliders;
    ThemedLabel* m_progress;
    InlineMessage* m_error;
    QStackedWidget* m_body;
    EmptyState* m_empty;
    EvaluateCharts* m_charts;
    EvaluateTables* m_tables;
    QPushButton *m_inspect, *m_export;
    QPushButton* m_again;
};

} // namespace intersect::ui
