// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/losses_distributions.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include <QFrame>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "core/loss/information.h"
#include "ui/pages/losses_lengths.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/distribution_bars.h"

namespace intersect::ui {
namespace {

enum Preset { kFairCoin, kBernoulli, kPeaked, kEqual, kImpossible, kOwn };
constexpr int kPeakedOutcomes = 6, kCurvePoints = 300;
constexpr double kEqualWithin = 1e-9;

std::vector<double> uniform(std::size_t outcomes) {
    return std::vector<double>(outcomes, 1.0 / double(outcomes));
}

} // namespace

LossDistributions::LossDistributions(QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    column->addWidget(makeHead());

    m_bars = new DistributionBars(this);
    m_bars->setObjectName(QStringLiteral("distributionBars"));
    m_lengths = new LengthsFigure(this);
    auto* upper = new QHBoxLayout;
    upper->setSpacing(24);
    upper->addWidget(m_bars, 10);
    upper->addWidget(m_lengths, 11);
    column->addLayout(upper, 5);

    m_coin = new QWidget(this);
    auto* sliders = new QHBoxLayout(m_coin);
    sliders->setContentsMargins(0, 0, 0, 0);
    sliders->setSpacing(24);
    m_p = new ValueSlider(tr("p of 1"), QStringLiteral("bernoulliP"), 0, 1, 0.005, 3, m_coin);
    m_p->setToolTipText(tr("How probable outcome 1 is, 0 to 1"));
    m_q = new ValueSlider(tr("q of 1"), QStringLiteral("bernoulliQ"), 0, 1, 0.005, 3, m_coin);
    m_q->setToolTipText(tr("How probable outcome 1 is said to be, 0 to 1"));
    sliders->addWidget(m_p);
    sliders->addWidget(m_q);
    column->addWidget(m_coin);

    auto* box = new QFrame(this);
    box->setProperty("role", QStringLiteral("box"));
    m_words = new ThemedLabel({}, FontRole::Table, Tone::Text, box);
    m_words->setObjectName(QStringLiteral("distributionWords"));
    m_words->setWordWrap(true);
    m_words->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* boxed = new QVBoxLayout(box);
    boxed->setContentsMargins(12, 10, 12, 10);
    boxed->addWidget(m_words);
    column->addWidget(box);

    m_surprise = new LineChart(tr("Surprise of one outcome, −log p"), this);
    m_surprise->setObjectName(QStringLiteral("surpriseChart"));
    m_binary = new LineChart(tr("Entropy of a coin, and what q costs"), this);
    m_binary->setObjectName(QStringLiteral("binaryEntropyChart"));
    for (LineChart* chart : {m_surprise, m_binary})
        chart->setMinimumHeight(150);
    auto* lower = new QHBoxLayout;
    lower->setSpacing(24);
    lower->addWidget(m_surprise, 10);
    lower->addWidget(m_binary, 11);
    column->addLayout(lower, 5);

    connect(m_preset, &QComboBox::activated, this, &LossDistributions::takePreset);
    connect(m_outcomes, &QSpinBox::valueChanged, this, &LossDistributions::takeOutcomes);
    connect(m_unit, &SegmentedButtons::currentChanged, this, &LossDistributions::showAll);
    connect(m_bars, &DistributionBars::changed, this, [this] {
        m_preset->setCurrentIndex(m_preset->findData(kOwn));
        showAll();
    });
    for (ValueSlider* slider : {m_p, m_q})
        connect(slider, &ValueSlider::valueChanged, this, &LossDistributions::takeCoin);
    connect(m_surprise, &LineChart::cursorMoved, m_q, &ValueSlider::setValue);
    connect(m_binary, &LineChart::cursorMoved, m_q, &ValueSlider::setValue);
    connect(&Theme::instance(), &Theme::changed, this, &LossDistributions::drawCurves);
    takePreset();
}

QWidget* LossDistributions::makeHead() {
    auto* head = new QWidget(this);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_preset = new QComboBox(head);
    m_preset->setObjectName(QStringLiteral("distributionPreset"));
    m_preset->setAccessibleName(tr("Which distributions"));
    m_preset->setToolTip(tr("Pairs of distributions to begin with"));
    m_preset->addItem(tr("Coin that lands heads 3 of 4 times, called fair"), kBernoulli);
    m_preset->addItem(tr("Fair coin, called fair"), kFairCoin);
    m_preset->addItem(tr("Peaked, called uniform"), kPeaked);
    m_preset->addItem(tr("Equal: KL is zero"), kEqual);
    m_preset->addItem(tr("Called impossible, yet it happens"), kImpossible);
    m_preset->addItem(tr("My own"), kOwn);
    m_outcomes = new QSpinBox(head);
    m_outcomes->setObjectName(QStringLiteral("outcomesSpin"));
    m_outcomes->setAccessibleName(tr("Number of outcomes"));
    m_outcomes->setToolTip(tr("How many outcomes there are, 2 to 8"));
    m_outcomes->setRange(2, 8);
    m_unit = new SegmentedButtons({tr("bits"), tr("nats")}, head);
    m_unit->setObjectName(QStringLiteral("informationUnit"));
    m_unit->setAccessibleName(tr("Unit"));
    m_unit->setToolTip(tr("Logarithm to base 2 (bits) or e (nats); losses are in nats"));
    row->addWidget(m_preset);
    row->addWidget(new ThemedLabel(tr("outcomes"), FontRole::Body, Tone::Text2, head));
    row->addWidget(m_outcomes);
    row->addStretch(1);
    row->addWidget(m_unit);
    return head;
}

bool LossDistributions::inBits() const {
    return m_unit->current() == 0;
}

void LossDistributions::takePreset() {
    std::vector<double> p, q;
    switch (m_preset->currentData().toInt()) {
    case kFairCoin: p = q = {0.5, 0.5}; break;
    case kBernoulli: p = {0.75, 0.25}, q = {0.5, 0.5}; break;
    case kPeaked:
        p = {0.9, 0.02, 0.02, 0.02, 0.02, 0.02};
        q = uniform(kPeakedOutcomes);
        break;
    case kEqual: p = q = {0.5, 0.25, 0.15, 0.1}; break;
    case kImpossible: p = {0.6, 0.3, 0.1}, q = {0.7, 0.3, 0}; break;
    default: p = m_bars->p(), q = m_bars->q();
    }
    const QSignalBlocker quiet(m_outcomes);
    m_outcomes->setValue(int(p.size()));
    m_bars->setDistributions(std::move(p), std::move(q));
    showAll();
}

void LossDistributions::takeOutcomes() {
    // What is there stays in its proportions; a new outcome is as probable as an average one.
    const auto wanted = std::size_t(m_outcomes->value());
    const auto resized = [wanted](std::vector<double> values) {
        const double fresh = 1.0 / double(values.size());
        values.resize(wanted, fresh);
        const double sum = std::accumulate(values.begin(), values.end(), 0.0);
        if (!(sum > 0))
            return uniform(wanted);
        for (double& value : values)
            value /= sum;
        return values;
    };
    m_preset->setCurrentIndex(m_preset->findData(kOwn));
    m_bars->setDistributions(resized(m_bars->p()), resized(m_bars->q()));
    showAll();
}

void LossDistributions::takeCoin() {
    m_preset->setCurrentIndex(m_preset->findData(kOwn));
    m_bars->setDistributions({m_p->value(), 1 - m_p->value()}, {m_q->value(), 1 - m_q->value()});
    showAll();
}

void LossDistributions::showAll() {
    const std::vector<double>&p = m_bars->p(), &q = m_bars->q();
    const QSignalBlocker quietP(m_p), quietQ(m_q), quietCount(m_outcomes);
    m_outcomes->setValue(int(p.size()));
    m_p->setValue(p[0]);
    m_q->setValue(q[0]);
    m_coin->setEnabled(p.size() == 2);
    const InformationLengths lengths = InformationLengths::of(p, q);
    m_lengths->setLengths(lengths, inBits());
    const auto text = [this](double nats) { return informationText(nats, inBits()); };
    const QString unit = inBits() ? tr("bits") : tr("nats");
    QString words;
    if (std::isinf(lengths.klPq))
        words = tr("q calls impossible what p says happens: cross-entropy and KL(p‖q) are infinite (∞). A loss that meets a target with "
                   "probability 0 has no bound; "
                   "networks never say exactly 0.");
    else if (lengths.klPq < kEqualWithin)
        words = tr("p and q are equal: KL is 0 both ways, and cross-entropy is the entropy, %1 %2. No prediction can do better.")
                    .arg(text(lengths.entropyP), unit);
    else
        words =
            tr("Cross-entropy H(p, q) %1 = entropy H(p) %2 + KL(p‖q) %3 %4. Training can only take away the KL part; the entropy stays.")
                .arg(text(lengths.crossPq), text(lengths.entropyP), text(lengths.klPq), unit);
    if (lengths.klPq >= kEqualWithin)
        words += QLatin1Char(' ') +
                 tr("The other way round KL(q‖p) is %1: KL is no distance. Jensen-Shannon, which is the same both ways, is %2.")
                     .arg(text(lengths.klQp), text(lengths.jensenShannon));
    m_words->setText(words);
    drawCurves();
}

void LossDistributions::drawCurves() {
    const Palette& c = Theme::instance().palette();
    const double unit = inBits() ? std::numbers::ln2 : 1;
    const double p0 = m_bars->p()[0], q0 = m_bars->q()[0];
    ChartLine surprise{tr("−log p"), c.text2, 2, false, MarkerShape::None, {}, {}, false};
    ChartLine entropy{tr("entropy of p"), c.runA, 2.2, false, MarkerShape::None, {}, {}, true};
    ChartLine cost{tr("cost of q at this p"), c.runB, 1.6, false, MarkerShape::Square, {}, {}, true, true};
    for (int i = 0; i <= kCurvePoints; ++i) {
        const double at = std::clamp(double(i) / kCurvePoints, 1e-4, 1 - 1e-4);
        const double coin[] = {at, 1 - at}, truth[] = {p0, 1 - p0};
        surprise.points.emplace_back(at, -std::log(at) / unit);
        entropy.points.emplace_back(at, loss::entropy(coin) / unit);
        cost.points.emplace_back(at, loss::crossEntropy(truth, coin) / unit);
    }
    const QString word = inBits() ? tr("bits") : tr("nats");
    m_surprise->setAxes({.title = tr("probability"), .low = 0, .high = 1, .decimals = 1, .ticks = 6},
                        {.title = word, .low = 0, .high = inBits() ? 7.0 : 5.0, .decimals = 0});
    m_surprise->setLines({surprise});
    m_surprise->setCursor(q0, m_bars->p().size() == 2, 0.005);
    m_binary->setAxes({.title = tr("probability of outcome 1"), .low = 0, .high = 1, .decimals = 1, .ticks = 6},
                      {.title = word, .low = 0, .high = inBits() ? 2.0 : 1.5, .decimals = 1});
    m_binary->setLines({entropy, cost});
    m_binary->setCursor(q0, m_bars->p().size() == 2, 0.005);
    m_binary->setMark(p0);
}

} // namespace intersect::ui
