// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/losses_imbalance.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <QGridLayout>
#include <QHBoxLayout>
#include <QStandardItemModel>

#include "core/base/numbers.h"
#include "ui/pages/losses_imbalance_chart.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {
namespace {

using loss::LossKind;

enum Preset { kDetector, kVoices, kRun, kOwn };
constexpr double kRowPositiveWeight = 10;
constexpr std::size_t kNumberBins = 50; ///< of p_t, for a run's gradient times examples

loss::LossSpec specOf(LossKind kind, double gamma, loss::Normalise normalise) {
    loss::LossSpec spec;
    spec.kind = kind;
    spec.gamma = gamma;
    spec.normalise = normalise;
    return spec;
}

} // namespace

LossImbalance::LossImbalance(SidePane* pane) : QObject(pane) {
    makeExamples(pane);
    QVBoxLayout* makes = pane->addSection();
    m_chart = new ImbalanceChart(pane);
    m_divided = new SegmentedButtons({tr("nothing"), tr("elements"), tr("positives")}, pane);
    m_divided->setObjectName(QStringLiteral("imbalanceDivided"));
    m_divided->setAccessibleName(tr("What the sums are divided by"));
    m_divided->button(0)->setToolTip(tr("The plain sums"));
    m_divided->button(1)->setToolTip(tr("Divided by the number of all examples that count, as YOLO does"));
    m_divided->button(2)->setToolTip(tr("Divided by the number of positives, as the focal loss's paper does"));
    auto* row = new QHBoxLayout;
    row->addWidget(new ThemedLabel(tr("Divided by"), FontRole::Body, Tone::Text2, pane));
    row->addWidget(m_divided);
    row->addStretch(1);
    makes->addLayout(row);
    makes->addWidget(m_chart);
    m_verdict = new ThemedLabel({}, FontRole::Table, Tone::Text2, pane);
    m_verdict->setObjectName(QStringLiteral("imbalanceVerdict"));
    m_verdict->setWordWrap(true);
    makes->addWidget(m_verdict);

    connect(m_divided, &SegmentedButtons::currentChanged, this, &LossImbalance::fill);
    connect(m_preset, &QComboBox::activated, this, &LossImbalance::takePreset);
    for (const Side& side : {m_positives, m_negatives}) {
        connect(side.count, &QSpinBox::valueChanged, this, &LossImbalance::numbersTyped);
        connect(side.mean, &QDoubleSpinBox::valueChanged, this, &LossImbalance::numbersTyped);
    }
    takePreset();
}

void LossImbalance::makeExamples(SidePane* pane) {
    QVBoxLayout* why = pane->addSection(tr("Why the imbalance matters"));
    m_preset = new QComboBox(pane);
    m_preset->setObjectName(QStringLiteral("imbalancePreset"));
    m_preset->setAccessibleName(tr("Which examples"));
    m_preset->setToolTip(tr("Where the numbers below come from"));
    m_preset->addItem(tr("10 hard objects among 10,000 easy places"), kDetector);
    m_preset->addItem(tr("10 voices in 10,000"), kVoices);
    m_preset->addItem(tr("The chosen run's own"), kRun);
    m_preset->addItem(tr("My own numbers"), kOwn);
    m_preset->setMinimumContentsLength(12);
    m_preset->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    why->addWidget(m_preset);
    const auto makeSide = [&](Side& side, const QString& word, const char* name, const QString& what) {
        side.count = new QSpinBox(pane);
        side.count->setObjectName(qs(name) + QStringLiteral("Count"));
        side.count->setAccessibleName(what);
        side.count->setToolTip(tr("How many"));
        side.count->setRange(0, 100'000'000);
        side.count->setGroupSeparatorShown(true);
        side.count->setLocale(QLocale(QLocale::English));
        side.count->setKeyboardTracking(false);
        side.mean = new QDoubleSpinBox(pane);
        side.mean->setObjectName(qs(name) + QStringLiteral("Mean"));
        side.mean->setAccessibleName(tr("Mean cross-entropy: %1").arg(what));
        side.mean->setToolTip(tr("Mean cross-entropy of one, in nats; it says how probable the truth was: pₜ = exp(−mean)"));
        side.mean->setRange(0, 50);
        side.mean->setDecimals(3);
        side.mean->setSingleStep(0.1);
        side.mean->setLocale(QLocale::c());
        side.mean->setKeyboardTracking(false);
        side.sum = new ThemedLabel({}, FontRole::NumbersStrong, Tone::Text, pane);
        side.sum->setObjectName(qs(name) + QStringLiteral("Sum"));
        auto* row = new QHBoxLayout;
        row->setSpacing(6);
        auto* label = new ThemedLabel(word, FontRole::Body, Tone::Text2, pane);
        label->setMinimumWidth(62);
        row->addWidget(label);
        row->addWidget(side.count, 1);
        row->addWidget(new ThemedLabel(QStringLiteral("×"), FontRole::Body, Tone::Text3, pane));
        row->addWidget(side.mean, 1);
        row->addWidget(new ThemedLabel(QStringLiteral("="), FontRole::Body, Tone::Text3, pane));
        side.sum->setMinimumWidth(46);
        side.sum->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        row->addWidget(side.sum);
        why->addLayout(row);
        const bool isPositives = &side == &m_positives;
        side.bar = new PaintedBody(pane, qs(name) + QStringLiteral("Bar"),
                                   [this, isPositives](QPainter& painter) { paintScale(painter, isPositives); });
        side.bar->setFixedHeight(8);
        side.bar->setAccessibleName(tr("Sum to scale: %1").arg(what));
        why->addWidget(side.bar);
    };
    makeSide(m_positives, tr("Positives"), "positives", tr("positives, examples with an object"));
    makeSide(m_negatives, tr("Negatives"), "negatives", tr("negatives, examples without one"));
    m_words = new ThemedLabel({}, FontRole::Caption, Tone::Text3, pane);
    m_words->setObjectName(QStringLiteral("imbalanceWords"));
    m_words->setWordWrap(true);
    why->addWidget(m_words);
    setRun(std::nullopt, {});
}

bool LossImbalance::isRun() const {
    return m_preset->currentData().toInt() == kRun && m_run.has_value();
}

void LossImbalance::setRun(const std::optional<loss::Examples>& examples, const QString& name) {
    const bool wasRun = isRun();
    m_run = examples;
    m_runName = name;
    const int row = m_preset->findData(kRun);
    m_preset->setItemText(row, examples ? tr("The run's own: %1").arg(name) : tr("The chosen run's own"));
    m_preset->setItemData(row,
                          examples ? tr("What the run predicts, as in the charts in the middle") : tr("Choose a run at the left first"),
                          Qt::ToolTipRole);
    if (auto* model = qobject_cast<QStandardItemModel*>(m_preset->model()))
        model->item(row)->setEnabled(examples.has_value());
    if (wasRun && !examples)
        m_preset->setCurrentIndex(m_preset->findData(kDetector));
    if (wasRun)
        takePreset();
}

void LossImbalance::takePreset() {
    const int preset = m_preset->currentData().toInt();
    m_filling = true;
    if (preset == kDetector || preset == kVoices) {
        // Ten against ten thousand, all undecided: each voice weighs the same and the few are not heard.
        const bool voices = preset == kVoices;
        m_positives.count->setValue(10);
        m_positives.mean->setValue(voices ? std::numbers::ln2 : 3.0);
        m_negatives.count->setValue(voices ? 9990 : 10000);
        m_negatives.mean->setValue(voices ? std::numbers::ln2 : 0.1);
    } else if (isRun()) {
        m_positives.count->setValue(int(std::min(1e8, loss::countOf(m_run->positives))));
        m_positives.mean->setValue(loss::meanEntropy(m_run->positives, true));
        m_negatives.count->setValue(int(std::min(1e8, loss::countOf(m_run->negatives))));
        m_negatives.mean->setValue(loss::meanEntropy(m_run->negatives, false));
    }
    m_filling = false;
    showExamples();
}

void LossImbalance::numbersTyped() {
    if (m_filling)
        return;
    m_preset->setCurrentIndex(m_preset->findData(kOwn));
    showExamples();
}

void LossImbalance::showExamples() {
    m_examples = isRun() ? *m_run
                         : loss::examplesOfMeans(m_positives.count->value(), m_positives.mean->value(), m_negatives.count->value(),
                                                 m_negatives.mean->value());
    fill();
    Q_EMIT examplesChanged();
}

ExampleCounts LossImbalance::counts() const {
    return {loss::countOf(m_examples.positives), loss::countOf(m_examples.negatives)};
}

QString LossImbalance::source() const {
    if (isRun())
        return m_runName;
    return tr("%1 positives, %2 negatives")
        .arg(qs(formatGrouped(m_positives.count->value())), qs(formatGrouped(m_negatives.count->value())));
}

ExampleNumbers LossImbalance::numbers(bool isNegative) const {
    const std::vector<loss::ExampleGroup>& groups = isNegative ? m_examples.negatives : m_examples.positives;
    ExampleNumbers numbers;
    numbers.all = loss::countOf(groups);
    numbers.source = source();
    if (isRun()) {
        numbers.bins.assign(kNumberBins, 0.0);
        for (const loss::ExampleGroup& group : groups)
            numbers.bins[std::min(kNumberBins - 1, std::size_t(loss::sigmoid(group.logit) * double(kNumberBins)))] += group.count;
    }
    return numbers;
}

void LossImbalance::setLoss(const LossChoice& choice) {
    m_choice = choice;
    fill();
}

void LossImbalance::fill() {
    if (m_chart == nullptr)
        return;
    static constexpr loss::Normalise kDivisors[] = {loss::Normalise::Sum, loss::Normalise::Elements, loss::Normalise::Positives};
    const loss::Normalise divided = kDivisors[m_divided->current()];
    std::vector<ImbalanceRow> rows;
    const auto add = [&](const QString& name, const loss::LossSpec& spec) {
        rows.push_back({name, loss::sideSums(spec, m_examples), false});
    };
    add(tr("Cross-entropy"), specOf(LossKind::Bce, 0, divided));
    loss::LossSpec weighted = specOf(LossKind::Bce, 0, divided);
    weighted.positiveWeight = kRowPositiveWeight;
    add(tr("Positive weight 10"), weighted);
    const double alpha = loss::pairWeightsOf(specOf(LossKind::Balanced, 0, divided), counts().positives, counts().negatives).positive;
    add(tr("Balanced, α %1").arg(qs(formatFixed(alpha, 3))), specOf(LossKind::Balanced, 0, divided));
    add(tr("Focal γ 2"), specOf(LossKind::Focal, 2, divided));
    loss::LossSpec quarter = specOf(LossKind::Focal, 2, divided);
    quarter.alpha = 0.25;
    add(tr("Focal γ 2, α 0.25"), quarter);
    loss::LossSpec byClass = specOf(LossKind::ClassBalanced, 0, divided);
    byClass.beta = m_choice.spec.beta;
    add(tr("Class-bal., β %1").arg(qs(formatShortest(byClass.beta))), byClass);
    add(tr("OHEM 3:1"), specOf(LossKind::Ohem, 0, divided));
    const ShownLoss chosen = chosenLoss(m_choice, counts());
    loss::LossSpec spec = chosen.spec;
    spec.normalise = divided;
    rows.push_back({tr("Chosen: %1").arg(chosen.name),
                    loss::sideSums(spec, m_examples, loss::PairWeights<double>{chosen.positive, chosen.negative}), true});

    loss::LossSpec plain;
    plain.normalise = loss::Normalise::Sum;
    const loss::SideSums entropy = loss::sideSums(plain, m_examples);
    m_positives.sum->setText(sumText(entropy.positives));
    m_negatives.sum->setText(sumText(entropy.negatives));
    for (const Side& side : {m_positives, m_negatives}) {
        side.count->setReadOnly(isRun());
        side.mean->setReadOnly(isRun());
        side.bar->update();
    }
    const auto ptOf = [](double mean) { return qs(formatFixed(std::exp(-mean), 3)); };
    QString words = tr("pₜ of a positive exp(−%1) = %2, of a negative exp(−%3) = %4. ")
                        .arg(qs(formatShortest(m_positives.mean->value())), ptOf(m_positives.mean->value()),
                             qs(formatShortest(m_negatives.mean->value())), ptOf(m_negatives.mean->value()));
    if (entropy.negatives > entropy.positives && entropy.positives > 0)
        words += tr("The many negatives outweigh the few positives %1 to 1.").arg(ratioText(entropy.negatives / entropy.positives));
    else if (entropy.positives > 0 && entropy.negatives > 0)
        words += tr("The positives outweigh the negatives %1 to 1.").arg(ratioText(entropy.positives / entropy.negatives));
    m_words->setText(words);
    const loss::SideSums& own = rows.back().sums;
    const auto percent = [](double share) { return QString::number(std::lround(share * 100)); };
    QString verdict = tr("With %1 the positives make %2 % of the loss, with cross-entropy %3 %.")
                          .arg(chosen.name, percent(own.positiveShare()), percent(entropy.positiveShare()));
    const double shrunk = (own.positives + own.negatives) / (rows[0].sums.positives + rows[0].sums.negatives);
    if (std::isfinite(shrunk) && shrunk < 0.5 && shrunk > 0)
        verdict += QLatin1Char(' ') +
                   tr("The whole loss is %1 times smaller, which acts like a smaller gain of this term.").arg(ratioText(1 / shrunk));
    m_verdict->setText(verdict);
    m_chart->setRows(std::move(rows));
}

void LossImbalance::paintScale(QPainter& painter, bool positives) const {
    const Palette& c = Theme::instance().palette();
    loss::LossSpec plain;
    plain.normalise = loss::Normalise::Sum;
    const loss::SideSums sums = loss::sideSums(plain, m_examples);
    const PaintedBody* bar = positives ? m_positives.bar : m_negatives.bar;
    const double longest = std::max(sums.positives, sums.negatives), sum = positives ? sums.positives : sums.negatives;
    painter.fillRect(bar->rect(), c.sunken);
    if (sum > 0)
        painter.fillRect(QRectF(0, 0, std::max(2.0, bar->width() * sum / longest), bar->height()), positives ? c.accent : c.axis);
}

} // namespace intersect::ui
