// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/loss_form.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "core/loss/curves.h"
#include "ui/text.h"
#include "ui/widgets/side_pane.h"

namespace intersect::ui {

namespace {

constexpr int kCurvePoints = 120;

/// Loss against the probability given to the truth, for a positive (target 1) or a negative (target 0).
std::vector<QPointF> curveOf(const loss::LossSpec& spec, bool positive) {
    std::vector<double> logits;
    for (int i = 0; i < kCurvePoints; ++i) {
        const double truthGiven = 0.004 + 0.992 * i / (kCurvePoints - 1);
        logits.push_back(loss::logitOf(positive ? truthGiven : 1 - truthGiven));
    }
    std::vector<QPointF> points;
    for (const loss::LossPoint& point : loss::lossCurve(spec, positive ? 1.0 : 0.0, logits))
        points.emplace_back(positive ? point.p : 1 - point.p, point.loss);
    return points;
}

} // namespace

QString lossText(const loss::LossSpec& loss) {
    if (loss.kind == loss::LossKind::Bce)
        return QStringLiteral("BCE");
    QString text = qs(loss::lossKindName(loss.kind));
    if (loss.kind == loss::LossKind::Focal || loss.kind == loss::LossKind::QFocal)
        text += QStringLiteral(" γ ") + qs(formatShortest(loss.gamma));
    if (loss.alpha)
        text += QStringLiteral(", α ") + qs(formatShortest(*loss.alpha));
    return text;
}

LossForm::LossForm(QWidget* parent) : QWidget(parent) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    m_kind = new QComboBox;
    m_kind->setObjectName(QStringLiteral("lossCombo"));
    m_kind->addItem(tr("BCE, binary cross entropy"), static_cast<int>(loss::LossKind::Bce));
    m_kind->addItem(tr("Focal"), static_cast<int>(loss::LossKind::Focal));
    m_kind->setToolTip(tr("The loss of objectness and class. Focal counts easy examples less"));
    SidePane::addRow(layout, tr("Kind"), m_kind);

    m_params = new QWidget;
    m_params->setObjectName(QStringLiteral("lossParams"));
    auto* params = new QVBoxLayout(m_params);
    params->setContentsMargins(0, 0, 0, 0);
    params->setSpacing(6);
    m_gamma = new ValueSlider(tr("Gamma"), QStringLiteral("lossGammaSlider"), 0, 5, 0.1, 1);
    m_gamma->setValue(1.5);
    m_gamma->setToolTipText(tr("Exponent of focal loss: 0 is BCE, larger forgets easy examples (no unit)"));
    widenSpin(m_gamma->spin());
    params->addWidget(m_gamma);
    m_alphaOn = new QCheckBox(tr("Weigh positives by alpha"));
    m_alphaOn->setObjectName(QStringLiteral("lossAlphaCheck"));
    m_alphaOn->setToolTip(tr("Positives count alpha, negatives 1 - alpha"));
    params->addWidget(m_alphaOn);
    m_alpha = new ValueSlider(tr("Alpha"), QStringLiteral("lossAlphaSlider"), 0, 1, 0.01, 2);
    m_alpha->setValue(0.25);
    m_alpha->setToolTipText(tr("Weight of positives, 0 to 1"));
    widenSpin(m_alpha->spin());
    params->addWidget(m_alpha);
    layout->addWidget(m_params);

    m_preview = new LineChart(QString());
    m_preview->setObjectName(QStringLiteral("lossPreview"));
    m_preview->setFixedHeight(148);
    m_preview->setAxes({tr("loss against the probability given to the truth"), 0, 1, false, false, 2, 5}, {{}, 0, 4, false, false, 0, 3});
    layout->addWidget(m_preview);

    const auto changedNow = [this] {
        refresh();
        Q_EMIT changed();
    };
    connect(m_kind, &QComboBox::currentIndexChanged, this, changedNow);
    connect(m_gamma, &ValueSlider::valueChanged, this, changedNow);
    connect(m_alpha, &ValueSlider::valueChanged, this, changedNow);
    connect(m_alphaOn, &QCheckBox::toggled, this, changedNow);
    connect(&Theme::instance(), &Theme::changed, this, [this] { refresh(); });
    refresh();
}

loss::LossSpec LossForm::loss() const {
    loss::LossSpec spec;
    spec.kind = static_cast<loss::LossKind>(m_kind->currentData().toInt());
    if (spec.kind == loss::LossKind::Focal) {
        spec.gamma = m_gamma->value();
        if (m_alphaOn->isChecked())
            spec.alpha = m_alpha->value();
    }
    return spec;
}

void LossForm::setLoss(const loss::LossSpec& loss) {
    const int index = m_kind->findData(static_cast<int>(loss.kind));
    m_kind->setCurrentIndex(index >= 0 ? index : 0);
    if (loss.kind != loss::LossKind::Bce)
        m_gamma->setValue(loss.gamma);
    m_alphaOn->setChecked(loss.alpha.has_value());
    if (loss.alpha)
        m_alpha->setValue(*loss.alpha);
    refresh();
}

void LossForm::refresh() {
    const loss::LossSpec spec = loss();
    const bool focal = spec.kind == loss::LossKind::Focal;
    m_params->setVisible(focal);
    m_alpha->setVisible(m_alphaOn->isChecked());
    const Palette& palette = Theme::instance().palette();
    std::vector<ChartLine> lines;
    if (focal) {
        lines.push_back({tr("BCE"), palette.text3, 1.1, false, MarkerShape::None, curveOf({}, true), {}, true});
        lines.push_back({spec.alpha ? tr("positives") : lossText(spec), palette.accent, 2.2, false, MarkerShape::None, curveOf(spec, true), {}, true});
        if (spec.alpha)
            lines.push_back({tr("negatives"), palette.val, 1.6, false, MarkerShape::None, curveOf(spec, false), {}, true});
    } else {
        lines.push_back({tr("BCE"), palette.accent, 2.2, false, MarkerShape::None, curveOf(spec, true), {}, true});
    }
    m_preview->setLines(std::move(lines));
}

} // namespace intersect::ui
