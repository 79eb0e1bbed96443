// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <QHBoxLayout>
#include <QProgressBar>
#include <QPushButton>
#include <QWidget>

#include "ui/widgets/themed_label.h"

namespace intersect::ui {

/// How far a job of intersect-cli is, as a line of its stderr tells it: "Detecting: 1,200 of 3,000, ETA 12 s".
struct WorkerProgress {
    int done = 0, total = 0;          ///< total 0: not known
    QString doneText, totalText, left; ///< as they stand there; `left` may be empty
    /// None where the line is no progress of the job called `what`.
    static std::optional<WorkerProgress> of(const QString& line, const QString& what);
};

/// A strip across a page for a job in the background: a sentence, a bar, and buttons at the right. Its parts are called
/// `<name>StateLabel` and `<name>Bar`. GUI thread only.
class ProgressStrip : public QWidget {
    Q_OBJECT
public:
    ProgressStrip(const QString& name, const QString& barMeaning, QWidget* parent = nullptr);
    QPushButton* addButton(const QString& text, const QString& objectName);
    void say(const QString& sentence);
    void showBusy();                                   ///< working, nobody knows how far
    void showProgress(const WorkerProgress& progress); ///< the bar only
    void hideBar() { m_bar->hide(); }

private:
    ElidedLabel* m_state;
    QProgressBar* m_bar;
    QHBoxLayout* m_line;
};

} // namespace intersect::ui
