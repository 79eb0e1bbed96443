// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QComboBox>
#include <QFrame>
#include <QLabel>
#include <QObject>
#include <QSlider>
#include <QTimer>
#include <QToolButton>

#include "core/runs/pt_shares.h"
#include "ui/pages/losses_curves.h"
#include "ui/pages/losses_run_source.h"
#include "ui/widgets/segmented_buttons.h"

namespace intersect::ui {

class RunCharts;

/// The chosen run's own predictions on Losses: which run, term, class, side and epoch (chooser), where the predictions lie and what part of
/// the loss they make (charts), and that in words. Follows the run's file while it grows. GUI thread only.
class RunHistogram : public QObject {
    Q_OBJECT
public:
    RunHistogram(Session& session, QWidget* parent);

    QWidget* chooser() const { return m_chooser; }
    QWidget* charts() const;
    /// The box with one sentence; hidden while there is nothing to say.
    QWidget* words() const { return m_box; }
    /// The losses of the curves; the chosen one is compared with cross-entropy.
    void setLosses(const std::vector<ShownLoss>& losses);
    void setCursor(double pt);

    /// The record that is shown; null: none.
    const runs::PtRecord* record() const;
    runs::PtChoice choice() const;
    /// "random-bce, epoch 7".
    QString source() const;

Q_SIGNALS:
    void cursorMoved(double pt);
    /// Another record, or another term or class of it; null: none. Valid until the next signal.
    void recordChanged(const intersect::runs::PtRecord* record);

private:
    QWidget* makeChooser(QWidget* parent);
    QWidget* makeWords(QWidget* parent);
    void fillRuns();
    void take();
    void fillClasses();
    void showEpoch();
    void showRecord();
    void draw();
    void tellNothing();
    void setPlaying(bool playing);
    void nextEpoch();

    Session& m_session;
    QWidget* m_chooser;
    QFrame* m_box;
    QLabel *m_words, *m_epochText, *m_caption;
    RunCharts* m_charts;
    QComboBox *m_run, *m_class;
    SegmentedButtons *m_term, *m_side;
    QToolButton* m_play;
    QSlider* m_epoch;
    std::vector<ShownLoss> m_losses;
    RunList* m_list;
    RunSource* m_source;
    std::shared_ptr<const RunTruth> m_truth;
    std::optional<QString> m_wanted; ///< the run the user chose; nullopt: none was, the best known one is shown
    bool m_following = true;         ///< the last epoch is shown, whichever it is
    QTimer m_playing;
};

} // namespace intersect::ui
