// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/losses_charts.h"

#include <algorithm>
#include <cmath>

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "core/loss/named_forms.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {
namespace {

constexpr int kPoints = 240;
constexpr int kPointsDrawn = 200; ///< of a curve; smooth as they are, more are not seen
constexpr double kLossTop = 5;
constexpr double kLogitEnd = 6;
constexpr double kPtEnd = 0.0005; ///< the curves' first and last p_t: at 0 a loss is infinite
constexpr double kEasyFrom = 0.6;
constexpr double kLogLow = 1e-4;

/// The logits of the drawn points, in the order of the axis.
std::vector<double> logitsOf(LossAxis axis, bool isNegative) {
    std::vector<double> logits;
    logits.reserve(kPoints);
    for (int i = 0; i < kPoints; ++i) {
        const double part = double(i) / (kPoints - 1);
        if (axis == LossAxis::Pt)
            logits.push_back(logitAt(kPtEnd + (1 - 2 * kPtEnd) * part, isNegative));
        else
            logits.push_back((axis == LossAxis::SignedLogit && isNegative ? -1 : 1) * kLogitEnd * (2 * part - 1));
    }
    return logits;
}

/// All that the points of a curve depend on.
QString keyOf(const ShownLoss& one, const LossChoice& choice, LossAxis axis) {
    QString key = qs(loss::describeLoss(one.spec));
    for (const double number :
         {choice.isNegative ? one.negative : one.positive, exampleTarget(choice), double(choice.isNegative), double(int(axis))})
        key += QLatin1Char(' ') + qs(formatShortest(number));
    return key;
}

} // namespace

LossCurveChart::LossCurveChart(What what, LossAxis axis, QWidget* parent) : QWidget(parent), m_what(what) {
    const bool isLoss = what == What::Loss;
    m_chart = new LineChart(isLoss ? tr("Loss") : tr("Gradient"), this);
    m_chart->setObjectName(isLoss ? QStringLiteral("lossChart") : QStringLiteral("gradientChart"));
    m_chart->setMinimumHeight(170);
    m_chart->setPointsAtMost(kPointsDrawn);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_chart);
    m_controls = new QWidget(this);
    m_axis = new SegmentedButtons({QStringLiteral("pₜ"), QStringLiteral("x"), QStringLiteral("xₜ")}, m_controls);
    m_axis->setObjectName(isLoss ? QStringLiteral("lossAxis") : QStringLiteral("gradientAxis"));
    m_axis->setAccessibleName(isLoss ? tr("What the loss is drawn against") : tr("What the gradient is drawn against"));
    m_axis->button(0)->setToolTip(tr("Against pₜ, the probability given to the truth"));
    m_axis->button(1)->setToolTip(tr("Against the logit x, the network's own output"));
    m_axis->button(2)->setToolTip(tr("Against the signed logit xₜ = y x, y = 1 for a positive and −1 for a negative"));
    m_axis->setCurrent(int(axis));
    m_log = new QCheckBox(tr("log"), m_controls);
    m_log->setObjectName(isLoss ? QStringLiteral("lossLogCheck") : QStringLiteral("gradientLogCheck"));
    m_log->setAccessibleName(tr("Logarithmic axis"));
    m_log->setToolTip(tr("A logarithmic axis upwards, which tells small values apart"));
    auto* row = new QHBoxLayout(m_controls);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    if (!isLoss) {
        m_times = new QCheckBox(tr("× n"), m_controls);
        m_times->setAccessibleName(tr("Times the number of examples"));
        m_times->setObjectName(QStringLiteral("timesExamplesCheck"));
        m_times->setToolTip(tr("The gradient times the number of examples: how hard all of them together pull"));
        row->addWidget(m_times);
        connect(m_times, &QCheckBox::toggled, this, &LossCurveChart::draw);
    }
    row->addWidget(m_log);
    row->addWidget(m_axis);
    m_chart->headingRow()->setControlsSize(m_controls->sizeHint());
    setMinimumWidth(m_controls->sizeHint().width() +
                    QFontMetrics(Theme::font(FontRole::SectionHeading)).horizontalAdvance(m_chart->heading()) + 12);

    connect(m_axis, &SegmentedButtons::currentChanged, this, &LossCurveChart::draw);
    connect(m_log, &QCheckBox::toggled, this, &LossCurveChart::draw);
    connect(m_chart, &LineChart::cursorMoved, this, [this](double x) { Q_EMIT cursorMoved(ptOf(x)); });
    connect(m_chart, &LineChart::secondCursorMoved, this, [this](double x) { Q_EMIT secondCursorMoved(ptOf(x)); });
    connect(m_chart, &LineChart::chosenChanged, this, [this](int choice) {
        if (choice < 0 || std::size_t(choice) >= m_shown.size())
            return;
        m_chart->setChosen(-1);
        Q_EMIT lossChosen(m_shown[std::size_t(choice)].id);
    });
}

void LossCurveChart::placeControls() {
    const QSize size = m_controls->sizeHint();
    m_controls->setGeometry(width() - size.width(), 0, size.width(), size.height());
    m_controls->raise();
}

void LossCurveChart::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    placeControls();
}

LossAxis LossCurveChart::axis() const {
    return static_cast<LossAxis>(m_axis->current());
}

double LossCurveChart::xAt(double pt) const {
    if (axis() == LossAxis::Pt)
        return pt;
    return logitAt(pt, m_choice.isNegative && axis() == LossAxis::Logit);
}

double LossCurveChart::ptOf(double x) const {
    return axis() == LossAxis::Pt ? x : ptAt(x, m_choice.isNegative && axis() == LossAxis::Logit);
}

double LossCurveChart::numberAt(double pt) const {
    if (m_numbers.bins.empty())
        return m_numbers.all;
    const auto bin = std::min(m_numbers.bins.size() - 1, std::size_t(pt * double(m_numbers.bins.size())));
    return m_numbers.bins[bin];
}

void LossCurveChart::setCurves(const std::vector<ShownLoss>& shown, const LossChoice& choice) {
    m_shown = shown;
    m_choice = choice;
    draw();
}

void LossCurveChart::setNumbers(ExampleNumbers numbers) {
    if (m_numbers == numbers)
        return;
    m_numbers = std::move(numbers);
    if (m_times != nullptr && m_times->isChecked())
        draw();
}

void LossCurveChart::setCut(std::optional<double> fromPt, const QString& word) {
    m_cut = fromPt;
    m_cutWord = word;
    drawBands();
}

std::vector<QPointF> LossCurveChart::pointsOf(const ShownLoss& one) const {
    const double side = m_choice.isNegative ? -1 : 1;
    const std::vector<double> logits = logitsOf(axis(), m_choice.isNegative);
    std::vector<QPointF> points;
    points.reserve(logits.size());
    for (const loss::LossPoint& point : curveAt(one, m_choice, logits)) {
        const double pt = m_choice.isNegative ? 1 - point.p : point.p;
        const double x = axis() == LossAxis::Pt ? pt : axis() == LossAxis::Logit ? point.logit : side * point.logit;
        points.emplace_back(x, m_what == What::Loss ? point.loss : -side * point.gradient);
    }
    return points;
}

void LossCurveChart::draw() {
    const bool isLoss = m_what == What::Loss, isTimes = m_times != nullptr && m_times->isChecked();
    std::map<QString, std::vector<QPointF>> drawn;
    double top = 0;
    std::vector<ChartLine> lines;
    for (std::size_t k = 0; k < m_shown.size(); ++k) {
        const ShownLoss& one = m_shown[k];
        ChartLine line;
        line.name = one.name;
        line.colour = one.colour;
        line.widthPx = one.chosen ? 2.6 : 1.6;
        line.marker = one.marker;
        line.oneMarker = one.marker != MarkerShape::None;
        line.choice = int(k);
        const QString key = keyOf(one, m_choice, axis());
        std::vector<QPointF>& points = drawn[key];
        if (const auto known = m_drawn.find(key); points.empty())
            points = known != m_drawn.end() ? std::move(known->second) : pointsOf(one);
        line.points = points;
        for (QPointF& point : line.points) {
            if (isTimes)
                point.ry() *= numberAt(ptOf(point.x()));
            if (m_log->isChecked())
                point.setY(std::abs(point.y()));
            top = std::max(top, point.y());
        }
        lines.push_back(std::move(line));
    }
    m_drawn = std::move(drawn);
    const bool isPt = axis() == LossAxis::Pt;
    ChartAxis x{.title = isPt                           ? tr("pₜ, probability of the truth")
                         : axis() == LossAxis::Logit ? tr("logit x")
                                                        : tr("signed logit xₜ = y x"),
                .low = isPt ? 0 : -kLogitEnd,
                .high = isPt ? 1 : kLogitEnd,
                .decimals = isPt ? 1 : 0,
                .ticks = isPt ? 6 : 7};
    ChartAxis y{.title = isLoss ? tr("loss") : isTimes ? tr("−dL/dxₜ × examples") : tr("−dL/dxₜ"), .low = 0, .high = kLossTop};
    y.decimals = isLoss ? 0 : top > 10 ? 0 : 2;
    y.automatic = !isLoss;
    if (m_log->isChecked()) {
        y.automatic = false;
        y.logarithmic = true;
        y.low = kLogLow * (isTimes ? std::max(1.0, top) : 1);
        y.high = isTimes ? std::max(10.0, std::pow(10, std::ceil(std::log10(std::max(top, 1.0))))) : 10;
        y.decimals = 4;
    }
    m_chart->setAxes(x, y);
    m_chart->setLines(std::move(lines));
    m_chart->setCaption(isTimes && !m_numbers.source.isEmpty() ? tr("examples: %1").arg(m_numbers.source) : QString());
    drawBands();
    setCursors(m_a, m_b);
}

void LossCurveChart::drawBands() {
    std::vector<LineChart::Band> bands;
    const auto add = [&](double from, double to, const QString& word) {
        const double a = xAt(std::clamp(from, 1e-6, 1 - 1e-6)), b = xAt(std::clamp(to, 1e-6, 1 - 1e-6));
        bands.push_back({std::min(a, b), std::max(a, b), word});
    };
    if (m_cut)
        add(*m_cut, 1, m_cutWord);
    else if (m_what == What::Loss)
        add(kEasyFrom, 1, tr("well classified"));
    m_chart->setBands(std::move(bands));
}

void LossCurveChart::setCursors(double a, double b) {
    m_a = a;
    m_b = b;
    m_chart->setCursor(xAt(a), true, axis() == LossAxis::Pt ? 0.01 : 0.1);
    m_chart->setSecondCursor(xAt(b));
}

} // namespace intersect::ui
