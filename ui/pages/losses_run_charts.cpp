// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/losses_run_charts.h"

#include <algorithm>
#include <numeric>

#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/themed_label.h"

namespace intersect::ui {
namespace {

constexpr std::size_t kLast = runs::kPtBars - 1;

std::vector<double> listOf(const runs::PtShares& shares) {
    return {shares.begin(), shares.end()};
}

HistogramSeries countsOf(const QString& name, const QColor& colour, const runs::PtCounts& counts) {
    return {name, colour, std::vector<double>(counts.begin(), counts.end())};
}

QString countText(std::int64_t count) {
    return qs(formatGrouped(count));
}

runs::PtShares sharesOf(const runs::PtRecord& record, const runs::PtChoice& choice, const ShownLoss& shown) {
    return runs::lossShares(record, choice, shown.spec, {shown.positive, shown.negative});
}

/// What the last bin holds and makes. `chosen` may be null: it is cross-entropy itself.
QString sentenceOf(double predictions, double entropy, const ShownLoss* chosen, double share, double printed, const QString& runLoss) {
    QString text = RunCharts::tr("<b>The last bin</b> holds %1 of the predictions. It makes %2 of the cross-entropy")
                       .arg(shareText(predictions), shareText(entropy));
    if (chosen != nullptr)
        text += RunCharts::tr(" and %1 of %2").arg(shareText(share), chosen->name);
    text += chosen != nullptr && share < entropy / 2 ? RunCharts::tr(": training then follows the hard examples.") : QStringLiteral(".");
    if (!runLoss.isEmpty())
        text += RunCharts::tr(" This run was trained with %1, of which it made %2.").arg(runLoss, shareText(printed));
    return text;
}

} // namespace

QString shareText(double share) {
    const double percent = share * 100;
    if (percent <= 0)
        return QStringLiteral("0 %");
    if (percent < 0.001)
        return RunCharts::tr("less than 0.001 %");
    if (percent > 99.9 && percent < 100)
        return RunCharts::tr("over 99.9 %");
    return qs(formatFixed(percent, percent < 0.1 ? 3 : percent < 1 ? 2 : 1)) + QStringLiteral(" %");
}

RunCharts::RunCharts(QWidget* parent) : QStackedWidget(parent) {
    setObjectName(QStringLiteral("runCharts"));
    auto* empty = new QWidget;
    auto* words = new QVBoxLayout(empty);
    m_sentence = new ThemedLabel({}, FontRole::Body, Tone::Text2);
    m_sentence->setObjectName(QStringLiteral("runChartsSentence"));
    m_advice = new ThemedLabel({}, FontRole::Caption, Tone::Text3);
    m_advice->setObjectName(QStringLiteral("runChartsAdvice"));
    words->addStretch(1);
    for (QLabel* label : {m_sentence, m_advice}) {
        label->setWordWrap(true);
        label->setAlignment(Qt::AlignHCenter);
        words->addWidget(label);
    }
    words->addStretch(1);
    addWidget(empty);

    m_charts = new QWidget;
    auto* column = new QVBoxLayout(m_charts);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    m_counts = new HistogramChart(tr("Predictions per bin"));
    m_counts->setObjectName(QStringLiteral("ptHistogram"));
    m_counts->setAccessibleName(tr("Predictions of the run per bin of p of the truth, logarithmic"));
    m_counts->setAxes({.title = {}, .low = 0, .high = 1, .decimals = 1, .ticks = 6}, {.title = {}, .logarithmic = true, .decimals = 0});
    m_shares = new HistogramChart(tr("Share of the total loss per bin"));
    m_shares->setObjectName(QStringLiteral("lossShareChart"));
    m_shares->setAccessibleName(tr("What part of the whole loss each bin makes"));
    m_shares->setAxes({.title = tr("p of the truth"), .low = 0, .high = 1, .decimals = 1, .ticks = 6},
                      {.title = {}, .automatic = true, .decimals = 0}, true);
    for (HistogramChart* chart : {m_counts, m_shares}) {
        chart->setLeastMargins(kPtPlotLeft, 12);
        chart->setMinimumHeight(130);
        chart->setHoverText([this](int bar) { return hoverText(bar); });
        column->addWidget(chart, chart == m_counts ? 5 : 6);
        connect(chart, &HistogramChart::cursorMoved, this, [this](double pt) {
            setCursor(pt);
            Q_EMIT cursorMoved(pt);
        });
    }
    addWidget(m_charts);
    setCursor(0.2);
}

void RunCharts::tell(const QString& sentence, const QString& advice) {
    m_sentence->setText(sentence);
    m_advice->setText(advice);
    m_advice->setVisible(!advice.isEmpty());
    setCurrentIndex(0);
    m_words.clear();
    Q_EMIT wordsChanged(m_words);
}

void RunCharts::setWaiting(bool waiting) {
    for (HistogramChart* chart : {m_counts, m_shares})
        chart->setWaiting(waiting);
}

void RunCharts::setCursor(double pt) {
    for (HistogramChart* chart : {m_counts, m_shares})
        chart->setCursor(pt);
}

void RunCharts::show(const runs::PtRecord& record, const runs::PtChoice& choice, const std::vector<ShownLoss>& losses,
                     const QString& runLoss) {
    const Palette& palette = Theme::instance().palette();
    m_bars = runs::countBars(record, choice);
    std::vector<HistogramSeries> counts;
    if (choice.negatives)
        counts.push_back(countsOf(tr("negatives"), palette.text3, m_bars.negatives));
    if (choice.positives)
        counts.push_back(countsOf(tr("positives"), palette.accent, m_bars.positives));
    m_counts->setSeries(std::move(counts));

    ShownLoss entropy;
    entropy.name = tr("CE");
    const runs::PtShares ofEntropy = sharesOf(record, choice, entropy);
    std::vector<HistogramSeries> shares{{entropy.name, Theme::instance().gammaColour(0), listOf(ofEntropy)}};
    const auto chosen = std::find_if(losses.begin(), losses.end(), [](const ShownLoss& shown) { return shown.chosen; });
    const bool isOther = chosen != losses.end() && (chosen->spec.kind != loss::LossKind::Bce || chosen->spec.positiveWeight != 1);
    runs::PtShares ofChosen{};
    if (isOther) {
        ofChosen = sharesOf(record, choice, *chosen);
        shares.push_back({chosen->name, chosen->colour, listOf(ofChosen)});
    }
    const runs::PtShares printed = runs::recordedShares(record, choice);
    m_shares->setSeries(std::move(shares));
    m_shares->setMarks(tr("as trained"), listOf(printed));

    setCurrentWidget(m_charts);
    const std::int64_t total = m_bars.total();
    m_words = total == 0 ? tr("There is no such prediction in this epoch.")
                         : sentenceOf(static_cast<double>(m_bars.positives[kLast] + m_bars.negatives[kLast]) / static_cast<double>(total),
                                      ofEntropy[kLast], isOther ? &*chosen : nullptr, ofChosen[kLast], printed[kLast], runLoss);
    Q_EMIT wordsChanged(m_words);
}

QString RunCharts::hoverText(int bar) const {
    const auto at = static_cast<std::size_t>(bar);
    const std::int64_t total = m_bars.total(), here = m_bars.positives[at] + m_bars.negatives[at];
    QString text = tr("p of the truth %1 to %2")
                       .arg(qs(formatFixed(bar / double(runs::kPtBars), 2)), qs(formatFixed((bar + 1) / double(runs::kPtBars), 2)));
    text += QLatin1Char('\n') + tr("%1 positives, %2 negatives: %3 of all")
                                    .arg(countText(m_bars.positives[at]), countText(m_bars.negatives[at]),
                                         shareText(total > 0 ? double(here) / double(total) : 0));
    for (const HistogramSeries& series : m_shares->series())
        text += QLatin1Char('\n') + tr("%1 of %2").arg(shareText(series.values[at]), series.name);
    if (at < m_shares->marks().size())
        text += QLatin1Char('\n') + tr("%1 as trained").arg(shareText(m_shares->marks()[at]));
    return text;
}

} // namespace intersect::ui
