// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/loss_preview.h"

#include <algorithm>
#include <cmath>

#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "core/loss/class_weights.h"
#include "core/loss/curves.h"
#include "core/loss/loss_size.h"
#include "ui/text.h"

namespace intersect::ui {

namespace {

constexpr int kCurvePoints = 120;
/// What the preview of balanced BCE assumes, for want of the counts that training takes.
constexpr double kPreviewPositives = 1, kPreviewNegatives = 9;

/// Loss against the probability given to the truth, for a positive (target 1) or a negative (target 0).
std::vector<QPointF> curveOf(const loss::LossSpec& spec, bool positive) {
    std::vector<double> logits;
    for (int i = 0; i < kCurvePoints; ++i) {
        const double truthGiven = 0.004 + 0.992 * i / (kCurvePoints - 1);
        logits.push_back(loss::logitOf(positive ? truthGiven : 1 - truthGiven));
    }
    const double alpha = spec.kind == loss::LossKind::Balanced ? loss::balancedAlpha(kPreviewPositives, kPreviewNegatives) : 0.5;
    const double scale = spec.kind == loss::LossKind::Balanced ? 1 : 2; // other kinds are not weighed here
    std::vector<QPointF> points;
    for (const loss::LossPoint& point : loss::lossCurve(spec, positive ? 1.0 : 0.0, logits, scale * alpha, scale * (1 - alpha)))
        points.emplace_back(positive ? point.p : 1 - point.p, point.loss);
    return points;
}

} // namespace

bool hasGamma(loss::LossKind kind) {
    return kind == loss::LossKind::Focal || kind == loss::LossKind::ClassBalanced || kind == loss::LossKind::QFocal;
}

bool hasModulator(loss::LossKind kind) {
    return kind == loss::LossKind::Focal || kind == loss::LossKind::ClassBalanced;
}

QString lossText(const loss::LossSpec& loss) {
    QString text = loss.kind == loss::LossKind::Bce || loss.kind == loss::LossKind::Ohem ? qs(loss::lossKindName(loss.kind)).toUpper() : qs(loss::lossKindName(loss.kind));
    if (hasGamma(loss.kind))
        text += QStringLiteral(" γ ") + qs(formatShortest(loss.gamma));
    if (hasGamma(loss.kind) && loss.alpha)
        text += QStringLiteral(", α ") + qs(formatShortest(*loss.alpha));
    if (loss.kind == loss::LossKind::ClassBalanced)
        text += QStringLiteral(", β ") + qs(formatShortest(loss.beta));
    if (loss.kind == loss::LossKind::Ohem)
        text += QStringLiteral(" %1:1").arg(qs(formatShortest(loss.ohemRatio)));
    if (loss.terms != loss::LossTerms::Both)
        text = LossPreview::tr("%1 on %2").arg(text, qs(loss::lossTermsName(loss.terms)));
    return text;
}

LossPreview::LossPreview(QWidget* parent) : QWidget(parent) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    m_chart = new LineChart(QString());
    m_chart->setObjectName(QStringLiteral("lossPreview"));
    m_chart->setFixedHeight(148);
    m_chart->setAxes({tr("loss against the probability given to the truth"), 0, 1, false, false, 2, 5}, {{}, 0, 4, false, false, 0, 3});
    layout->addWidget(m_chart);
    m_size = new ThemedLabel({}, FontRole::Caption, Tone::Text2);
    m_size->setObjectName(QStringLiteral("lossSizeLabel"));
    m_size->setWordWrap(true);
    layout->addWidget(m_size);
    m_compensate = new QPushButton;
    m_compensate->setObjectName(QStringLiteral("compensateButton"));
    m_compensate->setProperty("small", true);
    m_compensate->setToolTip(tr("Sets the gains so that objectness and class keep the weight they have with BCE"));
    layout->addWidget(m_compensate, 0, Qt::AlignLeft);
    connect(m_compensate, &QPushButton::clicked, this, [this] { Q_EMIT gainsAsked(m_obj, m_cls); });
}

void LossPreview::show(const runs::TrainConfig& config, bool valid) {
    m_size->hide();
    m_compensate->hide();
    if (!valid)
        return;
    drawCurve(config.loss);
    tellSize(config);
}

void LossPreview::drawCurve(const loss::LossSpec& spec) {
    const Palette& palette = Theme::instance().palette();
    const bool plain = spec.kind == loss::LossKind::Bce && spec.positiveWeight == 1 && spec.termWeight == 1;
    const bool sides = (hasGamma(spec.kind) && spec.alpha) || spec.positiveWeight != 1 || spec.kind == loss::LossKind::Balanced;
    std::vector<ChartLine> lines;
    if (plain) {
        lines.push_back({tr("BCE"), palette.accent, 2.2, false, MarkerShape::None, curveOf(spec, true), {}, true});
    } else {
        lines.push_back({tr("BCE"), palette.text3, 1.1, false, MarkerShape::None, curveOf({}, true), {}, true});
        lines.push_back({sides ? tr("positives") : lossText(spec), palette.accent, 2.2, false, MarkerShape::None, curveOf(spec, true), {}, true});
        if (sides)
            lines.push_back({tr("negatives"), palette.val, 1.6, false, MarkerShape::None, curveOf(spec, false), {}, true});
    }
    m_chart->setLines(std::move(lines));
    switch (spec.kind) {
    case loss::LossKind::Balanced: m_chart->setNote(tr("for 9 negatives to a positive")); break;
    case loss::LossKind::ClassBalanced: m_chart->setNote(tr("times the class's weight")); break;
    case loss::LossKind::Ohem: m_chart->setNote(tr("of the hardest only")); break;
    default: m_chart->setNote({});
    }
}

void LossPreview::tellSize(const runs::TrainConfig& config) {
    constexpr double kAsLarge = 0.02;
    const loss::LossSpec& spec = config.loss;
    const std::size_t listed = std::max(spec.classAlpha.size(), spec.classPositiveWeight.size());
    const auto fits = [listed](const std::vector<double>& list) { return list.empty() || list.size() == listed; };
    if (!fits(spec.classAlpha) || !fits(spec.classPositiveWeight))
        return;
    const std::vector<double> counts(listed > 0 ? listed : 4, 1000.0);
    const loss::LossSizes sizes = loss::lossSizes(spec, counts, loss::classWeights(config.classWeights, counts, spec.beta));
    const runs::HyperParameters usual;
    QStringList sentences, gains;
    const auto add = [&](const QString& term, const loss::LossSize& size, const char* key, double usualGain, double gain, double& wanted) {
        wanted = gain;
        if (std::abs(size.loss - 1) <= kAsLarge || !(size.loss > 0) || !std::isfinite(size.loss))
            return;
        sentences << tr("The %1 term is about %2 times as large as with BCE, its gradient %3 times.").arg(term, qs(loss::sizeText(size.loss)), qs(loss::sizeText(size.gradient)));
        wanted = parseDouble(qs(loss::sizeText(usualGain / size.loss)).remove(QLatin1Char(',')).toStdString()).value_or(gain);
        if (std::abs(wanted - gain) > 1e-9)
            gains << tr("%1 %2").arg(qs(key), qs(formatShortest(wanted)));
    };
    add(tr("objectness"), sizes.objectness, "obj", usual.obj, config.hyp.obj, m_obj);
    add(tr("class"), sizes.cls, "cls", usual.cls, config.hyp.cls, m_cls);
    if (sentences.isEmpty())
        return;
    if (gains.isEmpty())
        sentences << tr("The gains make up for it.");
    m_size->setText(sentences.join(QLatin1Char(' ')));
    m_size->show();
    m_compensate->setText(tr("Make up for it: %1").arg(gains.join(QStringLiteral(", "))));
    m_compensate->setVisible(!gains.isEmpty());
}

} // namespace intersect::ui
