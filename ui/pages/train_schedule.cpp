// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train_schedule.h"

#include <algorithm>
#include <limits>

#include <QGridLayout>
#include <QHBoxLayout>
#include <QSignalBlocker>

#include "core/base/numbers.h"
#include "ui/text.h"

namespace intersect::ui {

namespace {

using runs::HyperParameters;

/// One number of the augmentation: its key in a hyp file, its word and its range.
struct AugmentKey {
    const char* key;
    const char* word;
    const char* toolTip;
    double HyperParameters::*value;
    double most;
    double step;
};

constexpr AugmentKey kAugmentKeys[] = {
    {"mosaic", QT_TRANSLATE_NOOP("TrainSchedule", "Mosaic"), QT_TRANSLATE_NOOP("TrainSchedule", "Probability of putting four frames together (mosaic)"), &HyperParameters::mosaic, 1, 0.1},
    {"mosaic9", QT_TRANSLATE_NOOP("TrainSchedule", "Of nine"), QT_TRANSLATE_NOOP("TrainSchedule", "Share of the mosaics that are of nine frames (mosaic9; YOLOv7 0.2)"), &HyperParameters::mosaic9, 1, 0.1},
    {"mixup", QT_TRANSLATE_NOOP("TrainSchedule", "Mixup"), QT_TRANSLATE_NOOP("TrainSchedule", "Probability of a mosaic mixed with a second one (mixup)"), &HyperParameters::mixup, 1, 0.05},
    {"copy_paste", QT_TRANSLATE_NOOP("TrainSchedule", "Paste"), QT_TRANSLATE_NOOP("TrainSchedule", "Share of a mosaic's objects pasted once more, mirrored (copy_paste)"), &HyperParameters::copyPaste, 1, 0.05},
    {"scale", QT_TRANSLATE_NOOP("TrainSchedule", "Scale"), QT_TRANSLATE_NOOP("TrainSchedule", "Larger or smaller by up to this part (scale)"), &HyperParameters::scale, 0.99, 0.1},
    {"translate", QT_TRANSLATE_NOOP("TrainSchedule", "Shift"), QT_TRANSLATE_NOOP("TrainSchedule", "Moved by up to this part of the picture (translate)"), &HyperParameters::translate, 1, 0.05},
    {"degrees", QT_TRANSLATE_NOOP("TrainSchedule", "Turn"), QT_TRANSLATE_NOOP("TrainSchedule", "Turned by up to so many degrees (degrees)"), &HyperParameters::degrees, 180, 1},
    {"shear", QT_TRANSLATE_NOOP("TrainSchedule", "Shear"), QT_TRANSLATE_NOOP("TrainSchedule", "Sheared by up to so many degrees (shear)"), &HyperParameters::shear, 45, 1},
    {"perspective", QT_TRANSLATE_NOOP("TrainSchedule", "Perspect."), QT_TRANSLATE_NOOP("TrainSchedule", "Strength of perspective, 0 to 0.001 (perspective)"), &HyperParameters::perspective, 0.01, 0.0001},
    {"fliplr", QT_TRANSLATE_NOOP("TrainSchedule", "Mirror"), QT_TRANSLATE_NOOP("TrainSchedule", "Probability of left and right exchanged (fliplr)"), &HyperParameters::fliplr, 1, 0.1},
    {"flipud", QT_TRANSLATE_NOOP("TrainSchedule", "Upside"), QT_TRANSLATE_NOOP("TrainSchedule", "Probability of upside down (flipud)"), &HyperParameters::flipud, 1, 0.1},
    {"hsv_h", QT_TRANSLATE_NOOP("TrainSchedule", "Hue"), QT_TRANSLATE_NOOP("TrainSchedule", "Hue changed by up to this part (hsv_h)"), &HyperParameters::hsvH, 1, 0.005},
    {"hsv_s", QT_TRANSLATE_NOOP("TrainSchedule", "Saturation"), QT_TRANSLATE_NOOP("TrainSchedule", "Saturation changed by up to this part (hsv_s)"), &HyperParameters::hsvS, 1, 0.1},
    {"hsv_v", QT_TRANSLATE_NOOP("TrainSchedule", "Brightness"), QT_TRANSLATE_NOOP("TrainSchedule", "Brightness changed by up to this part (hsv_v)"), &HyperParameters::hsvV, 1, 0.1},
};

enum class Preset { Off, Light, Usual, Medium, High, Own };

HyperParameters with(HyperParameters hyp, Preset preset) {
    const HyperParameters usual;
    for (const AugmentKey& key : kAugmentKeys)
        hyp.*(key.value) = preset >= Preset::Usual ? usual.*(key.value) : 0;
    if (preset == Preset::Light) {
        hyp.scale = 0.2;
        hyp.translate = 0.05;
        hyp.fliplr = usual.fliplr;
        hyp.hsvH = usual.hsvH;
        hyp.hsvS = usual.hsvS;
        hyp.hsvV = usual.hsvV;
    }
    // hyp.scratch-med.yaml and hyp.scratch-high.yaml of YOLOv5 7.0
    if (preset == Preset::Medium || preset == Preset::High) {
        hyp.scale = 0.9;
        hyp.mixup = 0.1;
        hyp.copyPaste = preset == Preset::High ? 0.1 : 0;
    }
    return hyp;
}

bool sameAugmentation(const HyperParameters& a, const HyperParameters& b) {
    return std::all_of(std::begin(kAugmentKeys), std::end(kAugmentKeys), [&](const AugmentKey& key) { return a.*(key.value) == b.*(key.value); });
}

QGridLayout* addGrid(QVBoxLayout* section) {
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(3, 1);
    section->addLayout(grid);
    return grid;
}

void place(QGridLayout* grid, int cell, const QString& label, QWidget* field, const QString& objectName, const QString& toolTip) {
    field->setObjectName(objectName);
    field->setToolTip(toolTip);
    field->setAccessibleName(label);
    field->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    field->setMinimumWidth(72);
    auto* text = new ThemedLabel(label, FontRole::Body, Tone::Text2);
    text->setBuddy(field);
    grid->addWidget(text, cell / 2, cell % 2 * 2);
    grid->addWidget(field, cell / 2, cell % 2 * 2 + 1);
}

QSpinBox* wholeNumber(int low, int high, int value, int step) {
    auto* spin = new QSpinBox;
    spin->setRange(low, high);
    spin->setSingleStep(step);
    spin->setValue(value);
    return spin;
}

QDoubleSpinBox* number(double low, double high, double value, double step, int decimals) {
    auto* spin = new QDoubleSpinBox;
    spin->setLocale(QLocale::c());
    spin->setDecimals(decimals);
    spin->setRange(low, high);
    spin->setSingleStep(step);
    spin->setValue(value);
    return spin;
}

} // namespace

TrainSchedule::TrainSchedule(QVBoxLayout* schedule, QVBoxLayout* augmentation, QWidget* parent) : QWidget(parent) {
    hide(); // its fields stand in the sections
    makeSchedule(schedule);
    makeAugmentation(augmentation);
    for (QSpinBox* spin : {m_epochs, m_batch, m_imgSize, m_seed})
        connect(spin, &QSpinBox::valueChanged, this, &TrainSchedule::changedNow);
    for (QDoubleSpinBox* spin : {m_rate, m_warmUp})
        connect(spin, &QDoubleSpinBox::valueChanged, this, &TrainSchedule::changedNow);
    for (QDoubleSpinBox* spin : m_augmentSpins)
        connect(spin, &QDoubleSpinBox::valueChanged, this, [this] {
            if (m_filling)
                return;
            showPreset();
            changedNow();
        });
    connect(m_optimizer, &QComboBox::currentIndexChanged, this, &TrainSchedule::changedNow);
    connect(m_imgSize, &QSpinBox::editingFinished, this, [this] { m_imgSize->setValue((m_imgSize->value() + 16) / 32 * 32); });
    connect(m_augment, &QComboBox::activated, this, &TrainSchedule::choosePreset);
    connect(m_edit, &QPushButton::toggled, m_fields, &QWidget::setVisible);
    showPreset();
}

void TrainSchedule::makeSchedule(QVBoxLayout* section) {
    QGridLayout* grid = addGrid(section);
    m_epochs = wholeNumber(1, 10'000, 20, 1);
    place(grid, 0, tr("Epochs"), m_epochs, QStringLiteral("epochsSpin"), tr("How often every train frame is seen"));
    m_batch = wholeNumber(1, 1'024, 16, 1);
    place(grid, 1, tr("Batch"), m_batch, QStringLiteral("batchSpin"), tr("Frames in one step"));
    m_imgSize = wholeNumber(32, 4'096, 640, 32);
    m_imgSize->setSuffix(tr(" px"));
    place(grid, 2, tr("Image size"), m_imgSize, QStringLiteral("imgSizeSpin"), tr("Side of the square the frames are brought to, in pixels; a multiple of 32"));
    m_optimizer = new QComboBox;
    for (const char* name : {"SGD", "Adam", "AdamW"})
        m_optimizer->addItem(qs(name));
    place(grid, 3, tr("Optimiser"), m_optimizer, QStringLiteral("optimizerCombo"), tr("How gradients become steps; Adam wants a smaller rate, such as 0.001"));
    m_rate = number(0.00001, 1, m_hyp.lr0, 0.001, 5);
    place(grid, 4, tr("Rate"), m_rate, QStringLiteral("rateSpin"), tr("Learning rate after warm-up (lr0)"));
    m_warmUp = number(0, 1'000, m_hyp.warmupEpochs, 1, 1);
    place(grid, 5, tr("Warm-up"), m_warmUp, QStringLiteral("warmUpSpin"), tr("Epochs in which the learning rate grows from 0, at least 100 batches"));
}

void TrainSchedule::makeAugmentation(QVBoxLayout* section) {
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    auto* word = new ThemedLabel(tr("Augmentation"), FontRole::Body, Tone::Text2);
    word->setMinimumWidth(88);
    m_augment = new QComboBox;
    m_augment->setObjectName(QStringLiteral("augmentCombo"));
    m_augment->addItem(tr("Off"), static_cast<int>(Preset::Off));
    m_augment->addItem(tr("Light"), static_cast<int>(Preset::Light));
    m_augment->addItem(tr("YOLOv5 low"), static_cast<int>(Preset::Usual));
    m_augment->addItem(tr("YOLOv5 medium"), static_cast<int>(Preset::Medium));
    m_augment->addItem(tr("YOLOv5 high"), static_cast<int>(Preset::High));
    m_augment->addItem(tr("Own values"), static_cast<int>(Preset::Own));
    m_augment->setToolTip(tr("How the train frames are changed each time they are seen"));
    m_augment->setMinimumContentsLength(8);
    m_augment->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    word->setBuddy(m_augment);
    m_edit = new QPushButton(tr("Edit"));
    m_edit->setObjectName(QStringLiteral("editAugmentButton"));
    m_edit->setCheckable(true);
    m_edit->setToolTip(tr("Shows every number of the augmentation"));
    row->addWidget(word);
    row->addWidget(m_augment, 1);
    row->addWidget(m_edit);
    section->addLayout(row);
    m_augmentText = new ThemedLabel({}, FontRole::Caption, Tone::Text3);
    m_augmentText->setObjectName(QStringLiteral("augmentLabel"));
    m_augmentText->setWordWrap(true);
    section->addWidget(m_augmentText);
    m_fields = new QWidget;
    auto* inside = new QVBoxLayout(m_fields);
    inside->setContentsMargins(0, 0, 0, 0);
    QGridLayout* grid = addGrid(inside);
    for (const AugmentKey& key : kAugmentKeys) {
        QDoubleSpinBox* spin = number(0, key.most, m_hyp.*(key.value), key.step, key.step < 0.001 ? 5 : 3);
        place(grid, static_cast<int>(m_augmentSpins.size()), tr(key.word), spin, QStringLiteral("augment-") + qs(key.key), tr(key.toolTip));
        m_augmentSpins.push_back(spin);
    }
    m_fields->hide();
    section->addWidget(m_fields);
    m_seed = wholeNumber(0, std::numeric_limits<int>::max(), 0, 1);
    auto* seedRow = new QHBoxLayout;
    seedRow->setSpacing(8);
    auto* seedWord = new ThemedLabel(tr("Seed"), FontRole::Body, Tone::Text2);
    seedWord->setMinimumWidth(88);
    seedWord->setBuddy(m_seed);
    m_seed->setObjectName(QStringLiteral("trainSeedSpin"));
    m_seed->setAccessibleName(tr("Seed"));
    m_seed->setToolTip(tr("Order of frames, augmentation and random start"));
    m_seed->setMinimumWidth(100);
    seedRow->addWidget(seedWord);
    seedRow->addWidget(m_seed);
    seedRow->addStretch(1);
    auto* preview = new QPushButton(tr("Preview…"));
    preview->setObjectName(QStringLiteral("previewBatchesButton"));
    preview->setToolTip(tr("Draws batches as the next run would see them, without training"));
    seedRow->addWidget(preview);
    connect(preview, &QPushButton::clicked, this, &TrainSchedule::previewAsked);
    section->addLayout(seedRow);
}

void TrainSchedule::fill(runs::TrainConfig& config) const {
    config.epochs = m_epochs->value();
    config.batch = m_batch->value();
    config.imgSize = std::max(32, m_imgSize->value() / 32 * 32);
    config.seed = static_cast<std::uint64_t>(m_seed->value());
    config.optimizer = m_optimizer->currentText().toStdString();
    config.hyp = m_hyp;
    config.hyp.lr0 = m_rate->value();
    config.hyp.warmupEpochs = m_warmUp->value();
    for (std::size_t i = 0; i < m_augmentSpins.size(); ++i)
        config.hyp.*(kAugmentKeys[i].value) = m_augmentSpins[i]->value();
}

void TrainSchedule::setConfig(const runs::TrainConfig& config) {
    m_filling = true;
    m_hyp = config.hyp;
    m_epochs->setValue(config.epochs);
    m_batch->setValue(config.batch);
    m_imgSize->setValue(config.imgSize);
    m_seed->setValue(static_cast<int>(std::min<std::uint64_t>(config.seed, std::numeric_limits<int>::max())));
    m_optimizer->setCurrentIndex(std::max(0, m_optimizer->findText(qs(config.optimizer))));
    m_rate->setValue(config.hyp.lr0);
    m_warmUp->setValue(config.hyp.warmupEpochs);
    for (std::size_t i = 0; i < m_augmentSpins.size(); ++i)
        m_augmentSpins[i]->setValue(config.hyp.*(kAugmentKeys[i].value));
    m_filling = false;
    showPreset();
    changedNow();
}

void TrainSchedule::choosePreset() {
    const auto preset = static_cast<Preset>(m_augment->currentData().toInt());
    if (preset == Preset::Own) {
        m_edit->setChecked(true);
        return;
    }
    const HyperParameters hyp = with(m_hyp, preset);
    m_filling = true;
    for (std::size_t i = 0; i < m_augmentSpins.size(); ++i)
        m_augmentSpins[i]->setValue(hyp.*(kAugmentKeys[i].value));
    m_filling = false;
    showPreset();
    changedNow();
}

void TrainSchedule::showPreset() {
    runs::TrainConfig told;
    fill(told);
    Preset preset = Preset::Own;
    for (const Preset known : {Preset::Off, Preset::Light, Preset::Usual, Preset::Medium, Preset::High})
        if (sameAugmentation(told.hyp, with(told.hyp, known)))
            preset = known;
    m_augment->setCurrentIndex(m_augment->findData(static_cast<int>(preset)));
    QStringList words;
    for (const AugmentKey& key : kAugmentKeys)
        if (told.hyp.*(key.value) != 0)
            words << tr(key.word).toLower() + QLatin1Char(' ') + qs(formatShortest(told.hyp.*(key.value)));
    m_augmentText->setText(words.isEmpty() ? tr("every frame as it is") : words.join(QStringLiteral(", ")));
}

void TrainSchedule::changedNow() {
    if (!m_filling)
        Q_EMIT changed();
}

} // namespace intersect::ui
