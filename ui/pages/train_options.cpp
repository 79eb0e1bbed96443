// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train_options.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/widgets/side_pane.h"

namespace intersect::ui {

namespace {

constexpr int kLabelPx = 96;

QSpinBox* wholeNumber(const QString& objectName, int low, int high, int value, const QString& toolTip) {
    auto* spin = new QSpinBox;
    spin->setObjectName(objectName);
    spin->setRange(low, high);
    spin->setValue(value);
    spin->setToolTip(toolTip);
    spin->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    spin->setMinimumWidth(72);
    return spin;
}

QCheckBox* check(const QString& objectName, const QString& word, const QString& toolTip) {
    auto* box = new QCheckBox(word);
    box->setObjectName(objectName);
    box->setToolTip(toolTip);
    return box;
}

} // namespace

TrainOptions::TrainOptions(QWidget* parent) : FoldSection(tr("More"), QStringLiteral("moreOptionsButton"), parent) {
    const runs::TrainConfig usual;
    QVBoxLayout* rows = content();
    m_cosLr = check(QStringLiteral("cosLrCheck"), tr("Learning rate along a cosine"), tr("Half a cosine wave instead of a straight line (cos_lr)"));
    m_deterministic = check(QStringLiteral("deterministicCheck"), tr("The same bits every time"), tr("Only operations that repeat exactly; a little slower, fp32 (deterministic)"));
    m_rect = check(QStringLiteral("rectCheck"), tr("Rectangular batches"), tr("Frames of like shape in the smallest rectangle, without mosaic: faster on 16:9 (rect)"));
    m_autoanchor = check(QStringLiteral("autoanchorCheck"), tr("Anchors of the train boxes"), tr("Makes anchors of the train list's boxes where they fit better than the network's (autoanchor)"));
    m_freezeBn = check(QStringLiteral("freezeBnCheck"), tr("Statistics of frozen layers stay"), tr("Off: they move with the batches, as in YOLOv5, and freezing saves less time (freeze_bn)"));
    m_freezeBn->setChecked(usual.freezeBn);
    const auto combo = [](const QString& objectName, const QString& toolTip, const std::vector<std::pair<QString, QString>>& choices) {
        auto* box = new QComboBox;
        box->setObjectName(objectName);
        box->setToolTip(toolTip);
        for (const auto& [word, value] : choices)
            box->addItem(word, value);
        box->setMinimumContentsLength(8);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        return box;
    };
    m_recipe = combo(QStringLiteral("recipeCombo"), tr("YOLOv7's recipe: a longer warm-up, a cosine to a tenth of the rate, its gains and assignment"),
                     {{tr("YOLOv5"), QStringLiteral("yolov5")}, {tr("YOLOv7"), QStringLiteral("yolov7")}});
    SidePane::addRow(rows, tr("Recipe"), m_recipe, kLabelPx);
    m_assign = combo(QStringLiteral("assignCombo"), tr("How objects get the cells that learn them (assign)"),
                     {{tr("automatic: by the network"), QStringLiteral("auto")}, {tr("by shape, as YOLOv5"), QStringLiteral("yolov5")}, {tr("by cost, as YOLOv7 (OTA)"), QStringLiteral("ota")}});
    SidePane::addRow(rows, tr("Assignment"), m_assign, kLabelPx);
    m_precision = new QComboBox;
    m_precision->setObjectName(QStringLiteral("precisionCombo"));
    m_precision->addItem(tr("automatic: what is faster here"), QStringLiteral("auto"));
    m_precision->addItem(QStringLiteral("fp32"), QStringLiteral("fp32"));
    m_precision->addItem(QStringLiteral("bf16"), QStringLiteral("bf16"));
    m_precision->setToolTip(tr("Numbers the network computes in; its weights stay fp32"));
    m_precision->setMinimumContentsLength(8);
    m_precision->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    SidePane::addRow(rows, tr("Precision"), m_precision, kLabelPx);
    m_device = new QComboBox;
    m_device->setObjectName(QStringLiteral("deviceCombo"));
    m_device->addItem(tr("automatic: a GPU if there is one"), QStringLiteral("auto"));
    m_device->addItem(tr("CPU"), QStringLiteral("cpu"));
    m_device->addItem(tr("GPU"), QStringLiteral("cuda:0"));
    m_device->setToolTip(tr("What the network computes on; a GPU needs a LibTorch with CUDA"));
    m_device->setMinimumContentsLength(8);
    m_device->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    SidePane::addRow(rows, tr("Device"), m_device, kLabelPx);
    rows->addWidget(m_cosLr);
    rows->addWidget(m_deterministic);
    rows->addWidget(m_rect);
    rows->addWidget(m_autoanchor);
    rows->addWidget(m_freezeBn);

    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(3, 1);
    int cell = 0;
    const auto place = [&](const QString& label, QWidget* field) {
        auto* text = new ThemedLabel(label, FontRole::Body, Tone::Text2);
        text->setBuddy(field);
        field->setAccessibleName(label);
        grid->addWidget(text, cell / 2, cell % 2 * 2);
        grid->addWidget(field, cell / 2, cell % 2 * 2 + 1);
        ++cell;
    };
    m_patience = wholeNumber(QStringLiteral("patienceSpin"), 0, 10'000, usual.patience, tr("Ends after so many epochs without a better one; 0: never"));
    place(tr("Patience"), m_patience);
    m_labelSmoothing = new QDoubleSpinBox;
    m_labelSmoothing->setObjectName(QStringLiteral("labelSmoothingSpin"));
    m_labelSmoothing->setLocale(QLocale::c());
    m_labelSmoothing->setRange(0, 0.99);
    m_labelSmoothing->setSingleStep(0.01);
    m_labelSmoothing->setDecimals(3);
    m_labelSmoothing->setToolTip(tr("Softens the targets of the class loss, 0 to 1 (label_smoothing)"));
    m_labelSmoothing->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_labelSmoothing->setMinimumWidth(72);
    place(tr("Smoothing"), m_labelSmoothing);
    m_threads = wholeNumber(QStringLiteral("threadsSpin"), 0, 1'024, usual.threads, tr("Threads of the network"));
    m_threads->setSpecialValueText(tr("all"));
    place(tr("Threads"), m_threads);
    m_workers = wholeNumber(QStringLiteral("workersSpin"), 1, 256, usual.workers, tr("Threads that make batches"));
    place(tr("Workers"), m_workers);
    m_nbs = wholeNumber(QStringLiteral("nbsSpin"), 1, 65'536, usual.nbs, tr("Nominal batch: smaller batches are gathered until about so many frames make one step (nbs)"));
    place(tr("Nominal"), m_nbs);
    m_saveBatches = wholeNumber(QStringLiteral("saveBatchesSpin"), 0, 1'000, usual.saveBatches, tr("Pictures of the first batches, kept in the run folder"));
    place(tr("Keep"), m_saveBatches);
    m_saveBatches->setSuffix(tr(" pict."));
    m_unfreezeAt = wholeNumber(QStringLiteral("unfreezeAtSpin"), 0, 100'000, usual.unfreezeAt, tr("Epoch from which on frozen layers train too (unfreeze_at)"));
    m_unfreezeAt->setSpecialValueText(tr("never"));
    place(tr("Unfreeze"), m_unfreezeAt);
    rows->addLayout(grid);

    auto* hyp = new QPushButton(tr("Read a hyp file…"));
    hyp->setObjectName(QStringLiteral("hypFileButton"));
    hyp->setToolTip(tr("Takes the hyper-parameters of a YOLOv5 hyp file into this form"));
    rows->addWidget(hyp, 0, Qt::AlignLeft);
    m_hypProblem = new InlineMessage(InlineMessage::Kind::Warning);
    m_hypProblem->setObjectName(QStringLiteral("hypProblem"));
    m_hypProblem->hide();
    rows->addWidget(m_hypProblem);

    connect(hyp, &QPushButton::clicked, this, [this] {
        const QString file = QFileDialog::getOpenFileName(this, tr("Hyper-parameters"), {}, tr("Hyp files (*.yaml *.yml)"));
        if (!file.isEmpty())
            readHypFile(file);
    });
    for (QSpinBox* spin : {m_patience, m_unfreezeAt, m_threads, m_workers, m_saveBatches, m_nbs})
        connect(spin, &QSpinBox::valueChanged, this, &TrainOptions::changedNow);
    connect(m_labelSmoothing, &QDoubleSpinBox::valueChanged, this, &TrainOptions::changedNow);
    connect(m_precision, &QComboBox::currentIndexChanged, this, &TrainOptions::changedNow);
    connect(m_device, &QComboBox::currentIndexChanged, this, &TrainOptions::changedNow);
    connect(m_assign, &QComboBox::currentIndexChanged, this, &TrainOptions::changedNow);
    connect(m_recipe, &QComboBox::currentIndexChanged, this, [this] {
        if (!m_filling)
            Q_EMIT recipeChosen(m_recipe->currentData().toString());
    });
    for (QCheckBox* box : {m_cosLr, m_deterministic, m_rect, m_autoanchor, m_freezeBn})
        connect(box, &QCheckBox::toggled, this, &TrainOptions::changedNow);
    setCaption(summary());
}

void TrainOptions::fill(runs::TrainConfig& config) const {
    config.cosLr = m_cosLr->isChecked();
    config.autoanchor = m_autoanchor->isChecked();
    config.rect = m_rect->isChecked();
    config.recipe = m_recipe->currentData().toString().toStdString();
    config.hyp.assign = m_assign->currentData().toString().toStdString();
    config.deterministic = m_deterministic->isChecked();
    config.precision = m_precision->currentData().toString().toStdString();
    config.device = m_device->currentData().toString().toStdString();
    config.freezeBn = m_freezeBn->isChecked();
    config.unfreezeAt = m_unfreezeAt->value();
    config.patience = m_patience->value();
    config.threads = m_threads->value();
    config.workers = m_workers->value();
    config.nbs = m_nbs->value();
    config.saveBatches = m_saveBatches->value();
    config.hyp.labelSmoothing = m_labelSmoothing->value();
}

void TrainOptions::setConfig(const runs::TrainConfig& config) {
    m_filling = true;
    m_cosLr->setChecked(config.cosLr);
    m_rect->setChecked(config.rect);
    m_autoanchor->setChecked(config.autoanchor);
    m_recipe->setCurrentIndex(std::max(0, m_recipe->findData(qs(config.recipe))));
    m_assign->setCurrentIndex(std::max(0, m_assign->findData(qs(config.hyp.assign))));
    m_deterministic->setChecked(config.deterministic);
    m_precision->setCurrentIndex(std::max(0, m_precision->findData(qs(config.precision))));
    if (m_device->findData(qs(config.device)) < 0) // another GPU than the first
        m_device->addItem(qs(config.device), qs(config.device));
    m_device->setCurrentIndex(m_device->findData(qs(config.device)));
    m_freezeBn->setChecked(config.freezeBn);
    m_unfreezeAt->setValue(config.unfreezeAt);
    m_patience->setValue(config.patience);
    m_threads->setValue(config.threads);
    m_workers->setValue(config.workers);
    m_nbs->setValue(config.nbs);
    m_saveBatches->setValue(config.saveBatches);
    m_labelSmoothing->setValue(config.hyp.labelSmoothing);
    m_filling = false;
    changedNow();
}

void TrainOptions::readHypFile(const QString& file) {
    runs::HyperParameters hyp;
    loss::LossSpec loss;
    std::vector<data::Finding> findings;
    const auto read = runs::readHyp(toPath(file), hyp, loss, findings);
    if (!read) {
        m_hypProblem->show(qs(read.error().message), qs(read.error().advice));
        return;
    }
    QStringList lines;
    for (const data::Finding& finding : findings)
        lines << tr("line %1: %2").arg(finding.line).arg(qs(finding.message));
    if (lines.isEmpty())
        m_hypProblem->hide();
    else
        m_hypProblem->show(tr("%1 was read, but not all of it is used.").arg(QFileInfo(file).fileName()), {}, lines.join(QLatin1Char('\n')));
    Q_EMIT hypRead(hyp, loss.kind == loss::LossKind::Bce ? std::nullopt : std::optional(loss));
}

void TrainOptions::changedNow() {
    if (m_filling)
        return;
    setCaption(summary());
    Q_EMIT changed();
}

QString TrainOptions::summary() const {
    runs::TrainConfig told;
    const runs::TrainConfig usual;
    fill(told);
    QStringList words;
    if (told.recipe != usual.recipe)
        words << m_recipe->currentText();
    if (told.hyp.assign != usual.hyp.assign)
        words << tr("assignment %1").arg(qs(told.hyp.assign));
    if (told.autoanchor)
        words << tr("own anchors");
    if (told.rect)
        words << tr("rectangles");
    if (told.precision != usual.precision)
        words << qs(told.precision);
    if (told.device != usual.device)
        words << m_device->currentText();
    if (told.cosLr)
        words << tr("cosine");
    if (told.deterministic)
        words << tr("same bits");
    if (!told.freezeBn)
        words << tr("statistics move");
    if (told.unfreezeAt != usual.unfreezeAt)
        words << tr("unfrozen from epoch %1").arg(told.unfreezeAt);
    if (told.patience != usual.patience)
        words << tr("patience %1").arg(told.patience);
    if (told.hyp.labelSmoothing != usual.hyp.labelSmoothing)
        words << tr("smoothing %1").arg(qs(formatShortest(told.hyp.labelSmoothing)));
    if (told.threads != usual.threads)
        words << tr("threads %1").arg(told.threads);
    if (told.workers != usual.workers)
        words << tr("workers %1").arg(told.workers);
    if (told.nbs != usual.nbs)
        words << tr("nominal %1").arg(told.nbs);
    if (told.saveBatches != usual.saveBatches)
        words << tr("pictures %1").arg(told.saveBatches);
    return words.join(QStringLiteral(", "));
}

} // namespace intersect::ui
