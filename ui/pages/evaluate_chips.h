// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QPushButton>
#include <QStringList>
#include <QWidget>

class QToolButton;

namespace intersect::ui {

/// One run as a pill: its letter in its colour, its name (a menu of others to take instead), and × to take it away.
class RunChip : public QWidget {
    Q_OBJECT
public:
    RunChip(std::size_t place, QWidget* parent = nullptr);
    QPushButton* nameButton() const { return m_name; }
    QToolButton* removeButton() const { return m_remove; }
    void setName(const QString& name, const QString& toolTip);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::size_t m_place;
    QPushButton* m_name;
    QToolButton* m_remove;
};

/// The runs that are compared, at most three, as chips A, B, C with "+ Add run" behind them. Object names: `runChipA`, `removeRunA` …,
/// `addRunButton`. GUI thread only.
class RunChips : public QWidget {
    Q_OBJECT
public:
    static constexpr std::size_t kMost = 3;
    /// A run of the workspace that could be shown.
    struct Choice {
        QString run, toolTip;
        bool ready = false; ///< has detections on the split
    };
    explicit RunChips(QWidget* parent = nullptr);
    /// What the menus offer; `split` is named where a run is not ready.
    void setChoices(std::vector<Choice> choices, const QString& split);
    void setRuns(const QStringList& runs);
    const QStringList& runs() const { return m_runs; }

Q_SIGNALS:
    void runsPicked(const QStringList& runs);

private:
    void refresh();
    void fillMenu(QMenu* menu, int place);
    std::vector<Choice> m_choices;
    QString m_split;
    QStringList m_runs;
    std::vector<RunChip*> m_chips;
    QPushButton* m_add;
};

} // namespace intersect::ui
