// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/losses_parameters.h"

#include <algorithm>

#include <QGridLayout>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QSignalBlocker>

#include "core/base/numbers.h"
#include "core/loss/class_weights.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/fold_section.h"
#include "ui/widgets/loss_preview.h"

namespace intersect::ui {
namespace {

using loss::LossKind;

constexpr QSize kSwatchPx{20, 12};

QPixmap swatchOf(const ShownLoss* shown, double ratio) {
    QPixmap swatch(kSwatchPx * ratio);
    swatch.setDevicePixelRatio(ratio);
    swatch.fill(Qt::transparent);
    if (shown == nullptr)
        return swatch;
    QPainter painter(&swatch);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(shown->colour, shown->chosen ? 2.6 : 1.8));
    painter.drawLine(QPointF(1, 6), QPointF(19, 6));
    if (shown->marker != MarkerShape::None)
        paintMarker(painter, {10, 6}, shown->marker, 3, shown->colour, Theme::instance().palette().window);
    return swatch;
}

} // namespace

LossParameters::LossParameters(SidePane* pane) : QObject(pane) {
    makeCurves(pane);
    makeNumbers(pane);
    makeExample(pane);
    makeCursors(pane);

    const auto told = [this] {
        refresh();
        Q_EMIT changed();
    };
    for (const auto& [check, swatch] : m_rows)
        connect(check, &QCheckBox::toggled, this, told);
    for (ValueSlider* slider : {m_gamma, m_alpha, m_beta, m_positiveWeight, m_ohemRatio, m_target, m_smoothing})
        connect(slider, &ValueSlider::valueChanged, this, told);
    connect(m_useAlpha, &QCheckBox::toggled, this, told);
    connect(m_side, &SegmentedButtons::currentChanged, this, told);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &LossParameters::kindChosen);
    int widest = 0; // the numbers stand under each other
    for (const ValueSlider* slider : pane->findChildren<ValueSlider*>())
        widest = std::max(widest, slider->spin()->minimumWidth());
    for (const ValueSlider* slider : pane->findChildren<ValueSlider*>())
        slider->spin()->setFixedWidth(widest);
    for (ValueSlider* slider : {m_cursorA, m_cursorB})
        connect(slider, &ValueSlider::valueChanged, this, &LossParameters::cursorsMoved);
    refresh();
}

void LossParameters::makeCurves(SidePane* pane) {
    QVBoxLayout* section = pane->addSection(tr("Curves"));
    auto* list = new QWidget(pane);
    list->setObjectName(QStringLiteral("curveList"));
    auto* grid = new QGridLayout(list);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setVerticalSpacing(4);
    grid->setHorizontalSpacing(4);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(2, 1);
    const std::vector<CurveRow> rows = curveRows();
    const int half = int(rows.size() + 1) / 2;
    for (int i = 0; i < int(rows.size()); ++i) {
        const CurveRow& row = rows[std::size_t(i)];
        auto* check = new QCheckBox(row.word, list);
        check->setObjectName(QStringLiteral("curve") + qs(row.id));
        check->setToolTip(row.toolTip);
        check->setChecked(row.isShownAtFirst);
        auto* swatch = new QLabel(list);
        swatch->setFixedWidth(kSwatchPx.width() + (i < half ? 8 : 0));
        grid->addWidget(check, i % half, i < half ? 0 : 2);
        grid->addWidget(swatch, i % half, i < half ? 1 : 3);
        m_rows.emplace_back(check, swatch);
    }
    section->addWidget(list);
}

void LossParameters::makeNumbers(SidePane* pane) {
    QVBoxLayout* section = pane->addSection(tr("The chosen loss"));
    section->setSpacing(6);
    m_kind = new QComboBox(pane);
    m_kind->setObjectName(QStringLiteral("lossKindCombo"));
    m_kind->setAccessibleName(tr("Kind of loss"));
    const std::pair<QString, LossKind> kinds[] = {
        {tr("Cross-entropy"), LossKind::Bce},    {tr("Balanced cross-entropy"), LossKind::Balanced},
        {tr("Focal"), LossKind::Focal},          {tr("Focal, class-balanced"), LossKind::ClassBalanced},
        {tr("Quality focal"), LossKind::QFocal}, {tr("OHEM, hardest negatives"), LossKind::Ohem}};
    for (const auto& [word, kind] : kinds)
        m_kind->addItem(word, int(kind));
    m_kind->setCurrentIndex(m_kind->findData(int(LossKind::Focal)));
    m_kind->setMinimumContentsLength(10);
    m_kind->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    SidePane::addRow(section, tr("Kind"), m_kind, 72);
    const auto add = [&](const QString& label, const char* name, double low, double high, double step, double spinStep, int decimals,
                         double value, const QString& toolTip) {
        auto* slider = new ValueSlider(label, qs(name), low, high, step, decimals, pane);
        slider->spin()->setSingleStep(spinStep);
        slider->setValue(value);
        slider->setToolTipText(toolTip);
        section->addWidget(slider);
        return slider;
    };
    m_gamma = add(tr("Gamma"), "gammaSlider", 0, 5, 0.1, 0.1, 2, 2,
                  tr("How strongly easy examples are turned down; 0 is cross-entropy (no unit)"));
    m_useAlpha = new QCheckBox(tr("Weigh by alpha"), pane);
    m_useAlpha->setObjectName(QStringLiteral("useAlphaCheck"));
    m_useAlpha->setToolTip(tr("Positives times alpha, negatives times 1 - alpha"));
    section->addWidget(m_useAlpha);
    m_alpha = add(tr("Alpha"), "alphaSlider", 0, 1, 0.001, 0.05, 3, m_focalAlpha,
                  tr("Weight of the positives, 0 to 1; negatives weigh 1 - alpha"));
    m_beta = add(tr("Beta"), "betaSlider", 0.9, 0.9999, 0.0001, 0.001, 4, 0.999,
                 tr("Class-balanced: near 1 weighs by inverse frequency, 0.9 hardly at all, 0.9 to 0.9999"));
    m_positiveWeight =
        add(tr("Pos. weight"), "posWeightSlider", 0.5, 20, 0.5, 0.5, 1, 1, tr("Multiplies the positive part of the cross-entropy (times)"));
    m_ohemRatio = add(tr("Kept"), "ohemRatioSlider", 0.5, 20, 0.5, 0.5, 1, 3, tr("OHEM: hardest negatives kept for each positive"));
}

void LossParameters::makeExample(SidePane* pane) {
    m_example = new FoldSection(tr("Drawn for"), QStringLiteral("exampleFold"), pane);
    pane->addSection()->addWidget(m_example);
    m_side = new SegmentedButtons({tr("Positive"), tr("Negative")}, pane);
    m_side->setObjectName(QStringLiteral("exampleSide"));
    m_side->setAccessibleName(tr("Drawn for a positive or a negative example"));
    m_side->setToolTip(tr("A positive has an object (y = 1), a negative has none (y = −1)"));
    m_target = new ValueSlider(tr("Target"), QStringLiteral("targetSlider"), 0, 1, 0.01, 2, pane);
    m_target->setValue(1);
    m_target->spin()->setSingleStep(0.1);
    m_target->setToolTipText(tr("What a positive is trained to: 1, or less as with an IoU as target, 0 to 1"));
    m_smoothing = new ValueSlider(tr("Smoothing"), QStringLiteral("smoothingSlider"), 0, 0.5, 0.01, 2, pane);
    m_smoothing->setToolTipText(tr("Label smoothing ε: targets become 1 - ε/2 and ε/2"));
    m_example->content()->addWidget(m_side);
    m_example->content()->addWidget(m_target);
    m_example->content()->addWidget(m_smoothing);
}

void LossParameters::makeCursors(SidePane* pane) {
    QVBoxLayout* section = pane->addSection(tr("Cursors, p of the truth"));
    section->setSpacing(6);
    const auto add = [&](const QString& label, const char* name, double value, const QString& toolTip) {
        auto* slider = new ValueSlider(label, qs(name), 0.01, 0.99, 0.01, 2, pane);
        slider->setValue(value);
        slider->setToolTipText(toolTip);
        section->addWidget(slider);
        return slider;
    };
    m_cursorA = add(tr("A"), "ptCursor", 0.2, tr("pₜ, the probability given to the truth, 0.01 to 0.99 (Left, Right in a chart)"));
    m_cursorB = add(tr("B"), "ptCursorB", 0.9, tr("pₜ of the second cursor, 0.01 to 0.99 (Alt+Left, Alt+Right in a chart)"));
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    const auto preset = [&](const QString& word, const char* name, double a, double b) {
        auto* button = new QPushButton(word, pane);
        button->setObjectName(qs(name));
        button->setProperty("small", true);
        button->setToolTip(tr("Sets A to %1 and B to %2").arg(qs(formatShortest(a)), qs(formatShortest(b))));
        connect(button, &QPushButton::clicked, this, [this, a, b] { setCursors(a, b); });
        row->addWidget(button);
    };
    preset(tr("0.9 against 0.6"), "cursorPresetEasy", 0.9, 0.6);
    preset(tr("0.2 against 0.9"), "cursorPresetHard", 0.2, 0.9);
    row->addStretch(1);
    section->addLayout(row);
}

LossKind LossParameters::kind() const {
    return static_cast<LossKind>(m_kind->currentData().toInt());
}

void LossParameters::setKind(LossKind kind) {
    m_kind->setCurrentIndex(m_kind->findData(int(kind)));
}

void LossParameters::kindChosen() {
    // One slider serves the alpha of focal loss and that of balanced cross-entropy, which follows from the counts.
    const QSignalBlocker quiet(m_alpha);
    const bool isBalance = kind() == LossKind::Balanced;
    if (isBalance && !m_alphaIsBalance) {
        m_focalAlpha = m_alpha->value();
        m_alpha->setValue(loss::balancedAlpha(m_counts.positives, m_counts.negatives));
    } else if (!isBalance && m_alphaIsBalance) {
        m_alpha->setValue(m_focalAlpha);
    }
    m_alphaIsBalance = isBalance;
    refresh();
    Q_EMIT changed();
}

void LossParameters::refresh() {
    const bool isShownClassBalanced = choice().shown.contains(QStringLiteral("ClassBalanced"));
    m_gamma->setEnabled(hasGamma(kind()));
    m_useAlpha->setEnabled(hasGamma(kind()));
    m_alpha->setEnabled(kind() == LossKind::Balanced || (hasGamma(kind()) && m_useAlpha->isChecked()));
    m_beta->setEnabled(kind() == LossKind::ClassBalanced || isShownClassBalanced);
    m_ohemRatio->setVisible(kind() == LossKind::Ohem || choice().shown.contains(QStringLiteral("Ohem")));
    m_target->setEnabled(m_side->current() == 0);
    QStringList parts{m_side->current() == 0 ? tr("a positive") : tr("a negative")};
    if (m_side->current() == 0 && m_target->value() != 1)
        parts << tr("target %1").arg(qs(formatShortest(m_target->value())));
    if (m_smoothing->value() != 0)
        parts << QStringLiteral("ε ") + qs(formatShortest(m_smoothing->value()));
    m_example->setCaption(parts.join(QStringLiteral(", ")));
}

LossChoice LossParameters::choice() const {
    LossChoice choice;
    choice.spec.kind = kind();
    choice.spec.gamma = m_gamma->value();
    if (m_useAlpha->isChecked() && hasGamma(kind()))
        choice.spec.alpha = m_alpha->value();
    choice.spec.beta = m_beta->value();
    choice.spec.positiveWeight = m_positiveWeight->value();
    choice.spec.ohemRatio = m_ohemRatio->value();
    choice.balance = m_alpha->value();
    choice.isNegative = m_side->current() == 1;
    choice.target = m_target->value();
    choice.smoothing = m_smoothing->value();
    for (const auto& [check, swatch] : m_rows)
        if (check->isChecked())
            choice.shown << check->objectName().mid(int(qstrlen("curve")));
    return choice;
}

void LossParameters::setCursors(double a, double b) {
    {
        const QSignalBlocker quiet(this);
        m_cursorA->setValue(a);
        m_cursorB->setValue(b);
    }
    Q_EMIT cursorsMoved();
}

void LossParameters::showSwatches(const std::vector<ShownLoss>& shown) {
    m_swatchLooks.resize(qsizetype(m_rows.size()));
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const auto& [check, swatch] = m_rows[i];
        const QString id = check->objectName().mid(int(qstrlen("curve")));
        const auto isRow = [&](const ShownLoss& one) { return one.id == id || (id == QStringLiteral("Chosen") && one.chosen); };
        const auto found = std::find_if(shown.begin(), shown.end(), isRow);
        const bool isUnseen = found == shown.end() || !check->isChecked();
        QString look;
        if (!isUnseen)
            look = found->colour.name() + QString::number(int(found->chosen)) + QString::number(int(found->marker));
        if (std::exchange(m_swatchLooks[qsizetype(i)], look) == look && !swatch->pixmap(Qt::ReturnByValue).isNull())
            continue;
        swatch->setPixmap(swatchOf(isUnseen ? nullptr : &*found, swatch->devicePixelRatioF()));
    }
}

} // namespace intersect::ui
