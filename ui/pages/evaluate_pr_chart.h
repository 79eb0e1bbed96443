// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "ui/job_runner.h"
#include "ui/pages/evaluate_paths.h"
#include "ui/pages/evaluate_view.h"
#include "ui/widgets/line_chart.h"

namespace intersect::ui {

/// Precision against recall: the classes of one run and the means of all at the match IoU, with rings at the confidence and a read-out; a
/// chosen curve is shaded. Or the chosen curve (else the mean) as a family over match IoU 0.5 .. 0.95. GUI thread only.
class PrChart : public LineChart {
    Q_OBJECT
public:
    explicit PrChart(QWidget* parent = nullptr);
    /// Draws the curves; `view.runs` holds one run at least.
    void setView(const EvaluateView& view);
    /// Rings, read-out and note alone, which follow the mouse.
    void setPoints(const EvaluateView& view);
    bool isFamily() const { return m_family; }
    void setFamily(bool family);

Q_SIGNALS:
    void familyChanged(bool family);

protected:
    void addToMenu(QMenu& menu) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    /// The curves of a run, as far as the confidence does not matter.
    struct Drawn {
        std::shared_ptr<const eval::Suppressed> set;
        double matchIou = -1;
        std::vector<int> classIds;   ///< with labels
        std::vector<PrPath> classes; ///< of those
        PrPath mean;
    };
    /// One curve of the family.
    struct Member {
        double matchIou = 0, ap = 0;
        PrPath path;
    };
    using Family = std::vector<Member>;
    static Family familyOf(const eval::Suppressed& set, int classId, const JobRunner::Cancelled& cancelled);
    static Drawn drawnOf(const ShownRun& shown);
    QString linesKey() const;
    std::size_t familyRun() const { return static_cast<std::size_t>(m_view.chosen ? m_view.chosen->run : m_view.classesOf); }
    void refreshClasses();
    void refreshFamily();
    void drawFamily();
    QString noteText() const;
    QString pointsTable() const;
    QString familyTable(std::optional<double> recall) const;

    EvaluateView m_view;
    std::vector<Drawn> m_drawn;
    QString m_linesKey; ///< what the lines were made of last, to leave them alone while only the confidence moves
    bool m_family = false;
    Family m_members;
    std::shared_ptr<const eval::Suppressed> m_membersOf;
    int m_membersClass = CurveChoice::kMean;
    JobRunner m_familyJob;
};

} // namespace intersect::ui
