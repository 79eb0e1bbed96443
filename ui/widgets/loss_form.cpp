// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/loss_form.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "core/loss/class_weights.h"
#include "core/loss/named_forms.h"
#include "ui/text.h"
#include "ui/widgets/side_pane.h"

namespace intersect::ui {

namespace {

constexpr int kLabelPx = 96;
/// "0.25, 0.5" as numbers; nothing where a part is none.
std::optional<std::vector<double>> numbersIn(const QString& text) {
    std::vector<double> numbers;
    if (text.trimmed().isEmpty())
        return numbers;
    for (const QString& part : text.split(QLatin1Char(','))) {
        const auto number = parseDouble(part.trimmed().toStdString());
        if (!number)
            return std::nullopt;
        numbers.push_back(*number);
    }
    return numbers;
}

QString textOf(const std::vector<double>& numbers) {
    QStringList words;
    for (const double number : numbers)
        words << qs(formatShortest(number));
    return words.join(QStringLiteral(", "));
}

QDoubleSpinBox* makeSpin(const QString& objectName, double most, int decimals, double step, double value, const QString& name, const QString& toolTip) {
    auto* spin = new QDoubleSpinBox;
    spin->setObjectName(objectName);
    spin->setLocale(QLocale::c());
    spin->setDecimals(decimals);
    spin->setRange(0, most);
    spin->setSingleStep(step);
    spin->setValue(value);
    spin->setAccessibleName(name);
    spin->setToolTip(toolTip);
    return spin;
}

} // namespace

LossForm::LossForm(QWidget* parent) : QWidget(parent) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    m_form = new QComboBox;
    m_form->setObjectName(QStringLiteral("lossFormCombo"));
    m_form->addItem(tr("as set below"), QString());
    for (const loss::NamedForm& form : loss::namedForms()) {
        m_form->addItem(tr(form.name), qs(form.id));
        m_form->setItemData(m_form->count() - 1, tr(form.description), Qt::ToolTipRole);
    }
    SidePane::addRow(layout, tr("Known form"), m_form, kLabelPx);
    m_kind = new QComboBox;
    m_kind->setObjectName(QStringLiteral("lossCombo"));
    const std::pair<QString, loss::LossKind> kinds[] = {
        {tr("BCE, binary cross entropy"), loss::LossKind::Bce}, {tr("Balanced BCE"), loss::LossKind::Balanced},
        {tr("Focal"), loss::LossKind::Focal},                   {tr("Focal, class-balanced"), loss::LossKind::ClassBalanced},
        {tr("Quality focal"), loss::LossKind::QFocal},          {tr("OHEM, hardest examples"), loss::LossKind::Ohem}};
    for (const auto& [word, kind] : kinds)
        m_kind->addItem(word, static_cast<int>(kind));
    m_kind->setToolTip(tr("The loss of objectness and class. Focal counts easy examples less, balanced and class-balanced weigh by how often a side or a class occurs, "
                          "OHEM learns from the hardest negatives only"));
    SidePane::addRow(layout, tr("Kind"), m_kind, kLabelPx);
    m_params = new QWidget;
    m_params->setObjectName(QStringLiteral("lossParams"));
    makeNumbers();
    layout->addWidget(m_params);
    m_preview = new LossPreview;
    layout->addWidget(m_preview);
    makeMore();
    layout->addWidget(m_more);
    m_problem = new ThemedLabel({}, FontRole::Caption, Tone::Err);
    m_problem->setObjectName(QStringLiteral("lossProblem"));
    m_problem->setWordWrap(true);
    layout->addWidget(m_problem);

    connect(m_form, &QComboBox::activated, this, &LossForm::takeForm);
    connect(m_preview, &LossPreview::gainsAsked, this, [this](double obj, double cls) {
        m_filling = true;
        m_objGain->setValue(obj);
        m_clsGain->setValue(cls);
        m_filling = false;
        changedNow();
    });
    for (QComboBox* combo : {m_kind, m_terms, m_modulator, m_normalise, m_classWeights})
        connect(combo, &QComboBox::currentIndexChanged, this, &LossForm::changedNow);
    for (QComboBox* combo : {m_form, m_kind, m_terms, m_modulator, m_normalise, m_classWeights}) { // no wider than the pane
        combo->setMinimumContentsLength(12);
        combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    }
    for (ValueSlider* slider : {m_gamma, m_alpha, m_beta, m_ohemRatio})
        connect(slider, &ValueSlider::valueChanged, this, &LossForm::changedNow);
    for (QDoubleSpinBox* spin : {m_positiveWeight, m_termWeight, m_prior, m_boxGain, m_objGain, m_clsGain})
        connect(spin, &QDoubleSpinBox::valueChanged, this, &LossForm::changedNow);
    for (QLineEdit* edit : {m_classAlpha, m_classPositive})
        connect(edit, &QLineEdit::textChanged, this, &LossForm::changedNow);
    for (QCheckBox* box : {m_alphaOn, m_imageWeights})
        connect(box, &QCheckBox::toggled, this, &LossForm::changedNow);
    connect(&Theme::instance(), &Theme::changed, this, &LossForm::refresh);
    refresh();
}

void LossForm::makeNumbers() {
    auto* params = new QVBoxLayout(m_params);
    params->setContentsMargins(0, 0, 0, 0);
    params->setSpacing(6);
    const loss::LossSpec usual;
    const auto add = [&](const QString& label, const char* objectName, double high, double step, int decimals, double value, const QString& toolTip) {
        auto* slider = new ValueSlider(label, qs(objectName), 0, high, step, decimals);
        slider->setValue(value);
        slider->setToolTipText(toolTip);
        widenSpin(slider->spin());
        params->addWidget(slider);
        return slider;
    };
    m_gamma = add(tr("Gamma"), "lossGammaSlider", 5, 0.1, 2, usual.gamma, tr("Exponent of focal loss: 0 is BCE, larger forgets easy examples (no unit)"));
    m_alphaOn = new QCheckBox(tr("Weigh positives by alpha"));
    m_alphaOn->setObjectName(QStringLiteral("lossAlphaCheck"));
    m_alphaOn->setToolTip(tr("Positives count alpha, negatives 1 - alpha"));
    params->addWidget(m_alphaOn);
    m_alpha = add(tr("Alpha"), "lossAlphaSlider", 1, 0.01, 3, 0.25, tr("Weight of positives, 0 to 1"));
    m_beta = add(tr("Beta"), "lossBetaSlider", 1, 0.001, 5, usual.beta,
                 tr("How far frequent classes lose weight: 0 makes all equal, near 1 weighs by inverse frequency. Used by the class-balanced loss and the class-balanced weights"));
    m_ohemRatio = add(tr("Negatives"), "lossOhemSlider", 20, 0.5, 2, usual.ohemRatio, tr("Hardest negatives kept for each positive; with no positive the 64 hardest"));
}

void LossForm::makeMore() {
    m_more = new FoldSection(tr("More of the loss"), QStringLiteral("moreLossButton"));
    QVBoxLayout* rows = m_more->content();
    const auto row = [&](const QString& label, QWidget* field) {
        auto* holder = new QWidget;
        auto* inside = new QVBoxLayout(holder);
        inside->setContentsMargins(0, 0, 0, 0);
        SidePane::addRow(inside, label, field, kLabelPx);
        rows->addWidget(holder);
        return holder;
    };
    m_terms = new QComboBox;
    m_terms->setObjectName(QStringLiteral("lossTermsCombo"));
    m_terms->addItem(tr("objectness and class"), static_cast<int>(loss::LossTerms::Both));
    m_terms->addItem(tr("objectness; class keeps BCE"), static_cast<int>(loss::LossTerms::Objectness));
    m_terms->addItem(tr("class; objectness keeps BCE"), static_cast<int>(loss::LossTerms::Class));
    m_terms->setToolTip(tr("Which parts of the training loss are computed this way"));
    row(tr("Serves"), m_terms);
    m_modulator = new QComboBox;
    m_modulator->setObjectName(QStringLiteral("lossModulatorCombo"));
    m_modulator->addItem(tr("standard, (1 - pₜ)^γ"), static_cast<int>(loss::Modulator::Standard));
    m_modulator->addItem(tr("geometric"), static_cast<int>(loss::Modulator::Geometric));
    m_modulator->setToolTip(tr("Form of the focal factor; the two differ for soft targets such as objectness"));
    m_modulatorRow = row(tr("Modulator"), m_modulator);
    m_positiveWeight = makeSpin(QStringLiteral("lossPosWeightSpin"), 10'000, 3, 0.5, 1, tr("Positive weight"), tr("Multiplies the positive part of the cross entropy only"));
    row(tr("Pos. weight"), m_positiveWeight);
    m_termWeight = makeSpin(QStringLiteral("lossTermWeightSpin"), 10'000, 3, 0.5, 1, tr("Term weight"), tr("Multiplies the whole term, positives and negatives"));
    row(tr("Term weight"), m_termWeight);
    m_normalise = new QComboBox;
    m_normalise->setObjectName(QStringLiteral("lossNormaliseCombo"));
    m_normalise->addItem(tr("elements, YOLO's mean"), static_cast<int>(loss::Normalise::Elements));
    m_normalise->addItem(tr("positives, as the paper"), static_cast<int>(loss::Normalise::Positives));
    m_normalise->addItem(tr("nothing: plain sum"), static_cast<int>(loss::Normalise::Sum));
    m_normalise->setToolTip(tr("What the sum over all elements is divided by; no positive counts as one"));
    row(tr("Divided by"), m_normalise);
    m_classWeights = new QComboBox;
    m_classWeights->setObjectName(QStringLiteral("lossClassWeightsCombo"));
    m_classWeights->addItem(tr("none"), static_cast<int>(loss::ClassWeightRule::None));
    m_classWeights->addItem(tr("inverse frequency"), static_cast<int>(loss::ClassWeightRule::Inverse));
    m_classWeights->addItem(tr("inverse, sum to one"), static_cast<int>(loss::ClassWeightRule::SumToOne));
    m_classWeights->addItem(tr("class-balanced (beta)"), static_cast<int>(loss::ClassWeightRule::ClassBalanced));
    m_classWeights->setToolTip(tr("Weights of the classes in the class loss, from the boxes of the train list"));
    row(tr("Class weights"), m_classWeights);
    m_imageWeights = new QCheckBox(tr("Draw frames by class weights"));
    m_imageWeights->setObjectName(QStringLiteral("imageWeightsCheck"));
    m_imageWeights->setToolTip(tr("YOLO's own use of class weights (image_weights): frames with rare, badly found classes come more often. Only the ratios of the weights "
                                  "count here: dividing them by their sum changes nothing"));
    rows->addWidget(m_imageWeights);
    m_classAlpha = new QLineEdit;
    m_classAlpha->setObjectName(QStringLiteral("lossClassAlphaEdit"));
    m_classAlpha->setPlaceholderText(tr("one for all"));
    m_classAlpha->setToolTip(tr("Alpha of each class with commas, for the class loss only"));
    m_classAlphaRow = row(tr("Alpha a class"), m_classAlpha);
    m_classPositive = new QLineEdit;
    m_classPositive->setObjectName(QStringLiteral("lossClassPosWeightEdit"));
    m_classPositive->setPlaceholderText(tr("one for all"));
    m_classPositive->setToolTip(tr("Positive weight of each class with commas, for the class loss only"));
    row(tr("Pos. a class"), m_classPositive);
    m_prior = makeSpin(QStringLiteral("lossPriorSpin"), 0.99, 4, 0.01, 0, tr("Prior objectness"), tr("Objectness that every cell starts with, by the head's bias; the focal loss's paper takes 0.01"));
    m_prior->setSpecialValueText(tr("as the weights have it"));
    row(tr("Prior"), m_prior);
    const runs::HyperParameters hyp;
    auto* gains = new QHBoxLayout;
    gains->setSpacing(6);
    auto* word = new ThemedLabel(tr("Gains"), FontRole::Body, Tone::Text2);
    word->setMinimumWidth(kLabelPx);
    gains->addWidget(word);
    m_boxGain = makeSpin(QStringLiteral("boxGainSpin"), 10'000, 4, 0.01, hyp.box, tr("Gain of the box loss"), tr("Gain of the box loss (box)"));
    m_objGain = makeSpin(QStringLiteral("objGainSpin"), 10'000, 4, 0.1, hyp.obj, tr("Gain of the objectness loss"), tr("Gain of the objectness loss (obj)"));
    m_clsGain = makeSpin(QStringLiteral("clsGainSpin"), 10'000, 4, 0.1, hyp.cls, tr("Gain of the class loss"), tr("Gain of the class loss (cls)"));
    const std::pair<QString, QDoubleSpinBox*> three[] = {{tr("box"), m_boxGain}, {tr("objectness"), m_objGain}, {tr("class"), m_clsGain}};
    for (const auto& [name, spin] : three) {
        auto* column = new QVBoxLayout;
        column->setSpacing(0);
        spin->setButtonSymbols(QAbstractSpinBox::NoButtons);
        spin->setMinimumWidth(48);
        column->addWidget(new ThemedLabel(name, FontRole::Caption, Tone::Text3));
        column->addWidget(spin);
        gains->addLayout(column, 1);
    }
    rows->addLayout(gains);
}

loss::LossSpec LossForm::loss() const {
    loss::LossSpec spec;
    spec.kind = static_cast<loss::LossKind>(m_kind->currentData().toInt());
    if (hasGamma(spec.kind)) {
        spec.gamma = m_gamma->value();
        if (m_alphaOn->isChecked())
            spec.alpha = m_alpha->value();
        spec.classAlpha = numbersIn(m_classAlpha->text()).value_or(std::vector<double>());
        if (!spec.classAlpha.empty()) // the command line takes one or the other
            spec.alpha.reset();
    }
    if (hasModulator(spec.kind))
        spec.modulator = static_cast<loss::Modulator>(m_modulator->currentData().toInt());
    if (m_beta->isVisibleTo(this))
        spec.beta = m_beta->value();
    if (spec.kind == loss::LossKind::Ohem)
        spec.ohemRatio = m_ohemRatio->value();
    spec.classPositiveWeight = numbersIn(m_classPositive->text()).value_or(std::vector<double>());
    if (spec.classPositiveWeight.empty())
        spec.positiveWeight = m_positiveWeight->value();
    spec.termWeight = m_termWeight->value();
    spec.normalise = static_cast<loss::Normalise>(m_normalise->currentData().toInt());
    spec.terms = static_cast<loss::LossTerms>(m_terms->currentData().toInt());
    return spec;
}

void LossForm::showLoss(const loss::LossSpec& loss) {
    m_kind->setCurrentIndex(std::max(0, m_kind->findData(static_cast<int>(loss.kind))));
    if (hasGamma(loss.kind))
        m_gamma->setValue(loss.gamma);
    m_alphaOn->setChecked(loss.alpha.has_value());
    if (loss.alpha)
        m_alpha->setValue(*loss.alpha);
    m_beta->setValue(loss.beta);
    m_ohemRatio->setValue(loss.ohemRatio);
    m_modulator->setCurrentIndex(m_modulator->findData(static_cast<int>(loss.modulator)));
    m_positiveWeight->setValue(loss.positiveWeight);
    m_termWeight->setValue(loss.termWeight);
    m_normalise->setCurrentIndex(m_normalise->findData(static_cast<int>(loss.normalise)));
    m_terms->setCurrentIndex(m_terms->findData(static_cast<int>(loss.terms)));
    m_classAlpha->setText(textOf(loss.classAlpha));
    m_classPositive->setText(textOf(loss.classPositiveWeight));
}

void LossForm::setLoss(const loss::LossSpec& loss) {
    m_filling = true;
    showLoss(loss);
    m_filling = false;
    changedNow();
}

void LossForm::setClassWeights(loss::ClassWeightRule rule, double beta, bool drawFrames) {
    m_filling = true;
    m_classWeights->setCurrentIndex(m_classWeights->findData(static_cast<int>(rule)));
    if (rule == loss::ClassWeightRule::ClassBalanced)
        m_beta->setValue(beta);
    m_imageWeights->setChecked(drawFrames);
    m_more->setOpen(true);
    m_filling = false;
    changedNow();
}

void LossForm::fill(runs::TrainConfig& config) const {
    config.loss = loss();
    config.classWeights = static_cast<loss::ClassWeightRule>(m_classWeights->currentData().toInt());
    config.imageWeights = m_imageWeights->isChecked();
    if (m_prior->value() > 0)
        config.prior = m_prior->value();
    else
        config.prior.reset();
    config.hyp.box = m_boxGain->value();
    config.hyp.obj = m_objGain->value();
    config.hyp.cls = m_clsGain->value();
}

void LossForm::setConfig(const runs::TrainConfig& config) {
    m_filling = true;
    showLoss(config.loss);
    m_classWeights->setCurrentIndex(m_classWeights->findData(static_cast<int>(config.classWeights)));
    m_imageWeights->setChecked(config.imageWeights);
    m_prior->setValue(config.prior.value_or(0));
    m_boxGain->setValue(config.hyp.box);
    m_objGain->setValue(config.hyp.obj);
    m_clsGain->setValue(config.hyp.cls);
    m_filling = false;
    changedNow();
}

QString LossForm::problem() const {
    if (!numbersIn(m_classAlpha->text()) || !numbersIn(m_classPositive->text()))
        return tr("A list of numbers for the classes is written like 0.25, 0.5, 0.25.");
    const auto good = loss::checkLossSpec(loss());
    return good ? QString() : qs(good.error().message);
}

void LossForm::changedNow() {
    if (m_filling)
        return;
    refresh();
    Q_EMIT changed();
}

void LossForm::refresh() {
    const auto kind = static_cast<loss::LossKind>(m_kind->currentData().toInt());
    const bool weighsByBeta = kind == loss::LossKind::ClassBalanced || m_classWeights->currentData().toInt() == static_cast<int>(loss::ClassWeightRule::ClassBalanced);
    m_gamma->setVisible(hasGamma(kind));
    m_alphaOn->setVisible(hasGamma(kind));
    m_alpha->setVisible(hasGamma(kind) && m_alphaOn->isChecked());
    m_beta->setVisible(weighsByBeta);
    m_ohemRatio->setVisible(kind == loss::LossKind::Ohem);
    m_params->setVisible(hasGamma(kind) || weighsByBeta || kind == loss::LossKind::Ohem);
    m_modulatorRow->setVisible(hasModulator(kind));
    m_classAlphaRow->setVisible(hasGamma(kind));
    const loss::LossSpec spec = loss();
    m_alphaOn->setEnabled(spec.classAlpha.empty());
    m_alpha->setEnabled(spec.classAlpha.empty());
    m_positiveWeight->setEnabled(spec.classPositiveWeight.empty());
    m_problem->setText(problem());
    m_problem->setVisible(!m_problem->text().isEmpty());
    m_more->setCaption(moreCaption(spec));
    showForm();
    runs::TrainConfig told;
    fill(told);
    m_preview->show(told, m_problem->text().isEmpty());
}

void LossForm::takeForm() {
    const auto form = loss::namedFormFrom(m_form->currentData().toString().toStdString());
    if (!form) { // own choice: what stands there
        m_more->setOpen(true);
        return;
    }
    runs::TrainConfig told;
    fill(told);
    told.loss = form->spec;
    told.classWeights = form->classWeights;
    told.prior = form->prior;
    setConfig(told);
}

void LossForm::showForm() {
    runs::TrainConfig told;
    fill(told);
    const loss::NamedForm* form = loss::namedFormOf(told.loss, told.classWeights, told.prior);
    m_form->setCurrentIndex(std::max(0, m_form->findData(form != nullptr ? qs(form->id) : QString())));
    m_form->setToolTip(form != nullptr ? tr(form->description) : tr("Choices of loss that people know by a name; changing a number makes it your own"));
}

QString LossForm::moreCaption(const loss::LossSpec& spec) const {
    QStringList words;
    if (spec.terms != loss::LossTerms::Both)
        words << tr("%1 only").arg(qs(loss::lossTermsName(spec.terms)));
    if (spec.modulator == loss::Modulator::Geometric)
        words << m_modulator->currentText();
    if (spec.positiveWeight != 1)
        words << tr("pos. weight %1").arg(qs(formatShortest(spec.positiveWeight)));
    if (spec.termWeight != 1)
        words << tr("term weight %1").arg(qs(formatShortest(spec.termWeight)));
    if (spec.normalise != loss::Normalise::Elements)
        words << tr("by %1").arg(qs(loss::normaliseName(spec.normalise)));
    runs::TrainConfig told;
    fill(told);
    if (told.classWeights != loss::ClassWeightRule::None)
        words << tr("classes %1").arg(qs(loss::classWeightRuleName(told.classWeights)));
    if (told.imageWeights)
        words << tr("frames by class");
    if (told.prior)
        words << tr("prior %1").arg(qs(formatShortest(*told.prior)));
    if (!spec.classAlpha.empty() || !spec.classPositiveWeight.empty())
        words << tr("numbers a class");
    const runs::HyperParameters usual;
    if (told.hyp.box != usual.box || told.hyp.obj != usual.obj || told.hyp.cls != usual.cls)
        words << tr("gains %1, %2, %3").arg(qs(formatShortest(told.hyp.box)), qs(formatShortest(told.hyp.obj)), qs(formatShortest(told.hyp.cls)));
    return words.join(QStringLiteral(", "));
}

} // namespace intersect::ui
