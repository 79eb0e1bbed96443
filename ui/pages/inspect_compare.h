// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>

#include <QCheckBox>
#include <QComboBox>
#include <QStackedWidget>

#include "ui/job_runner.h"
#include "ui/models/compared.h"
#include "ui/session.h"
#include "ui/widgets/box_table.h"
#include "ui/widgets/image_canvas.h"
#include "ui/widgets/inline_message.h"

namespace intersect::ui {

/// Two runs on the same frame, A left and B right. One of them is the run the page looks at, the other is chosen here; X exchanges the
/// places. What the other found is read in the background once the pane is seen. GUI thread only.
class InspectCompare : public QWidget {
    Q_OBJECT
public:
    InspectCompare(Session& session, std::function<QString(int)> className, QWidget* parent = nullptr);
    /// What stands in the page's row of tools while two are compared.
    QWidget* tools() const { return m_tools; }
    ImageCanvas* canvas(int side) const { return m_sides[static_cast<std::size_t>(side)].canvas; } ///< 0: A, 1: B

    /// What the page looks at; null: nothing that can be compared.
    void setFirst(const QString& run, const QString& split, std::shared_ptr<const Inspection> inspection);
    void setFrame(std::int64_t frame); ///< -1: none
    /// The picture of that frame; its size alone where it cannot be read.
    void showPicture(const QImage& picture, const QString& problem, Size size);
    /// Whether the key was one of this view's.
    bool takeKey(const QKeyEvent& event);
    void exchange();

Q_SIGNALS:
    void runWanted(const QString& run);
    void failed(const QString& sentence, const QString& advice);

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Side {
        QComboBox* runs = nullptr;
        VerdictSummary* counts = nullptr;
        ImageCanvas* canvas = nullptr;
    };
    QWidget* buildSide(int side);
    void link(int from);
    void fillRuns();
    void choose(int side, const QString& choice);
    void load();
    void showBoxes();
    int otherSide() const { return m_exchanged ? 0 : 1; }
    QString settingsKey() const;

    Session& m_session;
    std::function<QString(int)> m_className;
    QString m_run, m_split, m_choice; ///< the page's run, its split, and what stands beside it
    bool m_exchanged = false;         ///< the page's run stands at B
    std::shared_ptr<const Inspection> m_first;
    std::optional<OtherFound> m_other;
    std::int64_t m_frame = -1;
    QWidget* m_tools;
    QCheckBox* m_link;
    QStackedWidget* m_stack;
    EmptyState* m_empty;
    std::array<Side, 2> m_sides;
    JobRunner m_loadJob;
};

} // namespace intersect::ui
