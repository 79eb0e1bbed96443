// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <vector>

#include <QCheckBox>
#include <QWidget>

#include "ui/pages/losses_curves.h"
#include "ui/widgets/line_chart.h"
#include "ui/widgets/segmented_buttons.h"

namespace intersect::ui {

/// What a loss chart is drawn against: p_t, the logit x, or the signed logit x_t = y x.
enum class LossAxis { Pt, Logit, SignedLogit };

/// How many examples there are of the drawn side: one number where nothing is known of their p_t, or one for each of the equal bins of p_t.
struct ExampleNumbers {
    double all = 0;
    std::vector<double> bins;
    QString source; ///< "the counts at the right", "run prop09, epoch 20"
    bool operator==(const ExampleNumbers&) const = default;
};

/// One chart of the shown losses, the value or the exact gradient, with its own choice of axes; two cursors in p_t. GUI thread only.
class LossCurveChart : public QWidget {
    Q_OBJECT
public:
    enum class What { Loss, Gradient };
    LossCurveChart(What what, LossAxis axis, QWidget* parent = nullptr);

    void setCurves(const std::vector<ShownLoss>& shown, const LossChoice& choice);
    /// p_t of both cursors.
    void setCursors(double a, double b);
    /// For the gradient times the number of examples.
    void setNumbers(ExampleNumbers numbers);
    /// Grey ground over the p_t that a loss leaves out, with a word; nullopt: none.
    void setCut(std::optional<double> fromPt, const QString& word);
    LineChart* chart() const { return m_chart; }
    LossAxis axis() const;

Q_SIGNALS:
    void cursorMoved(double pt);
    void secondCursorMoved(double pt);
    void lossChosen(const QString& id); ///< a word of the legend

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void placeControls();
    void draw();
    std::vector<QPointF> pointsOf(const ShownLoss& one) const;
    void drawBands();
    double xAt(double pt) const;
    double ptOf(double x) const;
    double numberAt(double pt) const;

    What m_what;
    std::vector<ShownLoss> m_shown;
    std::map<QString, std::vector<QPointF>> m_drawn; ///< points by all that they depend on, for curves that stay
    LossChoice m_choice;
    ExampleNumbers m_numbers;
    std::optional<double> m_cut;
    QString m_cutWord;
    double m_a = 0.2, m_b = 0.9;
    QWidget* m_controls; ///< over the chart's heading, at its right
    SegmentedButtons* m_axis;
    QCheckBox *m_log, *m_times = nullptr;
    LineChart* m_chart;
};

} // namespace intersect::ui
