// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/patch_filter_bar.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/models/inspect_list_model.h"
#include "ui/text.h"
#include "ui/widgets/error_bars.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/labelled_fields.h"
#include "ui/widgets/tile_grid.h"
#include "ui/widgets/verdict_painting.h"

namespace intersect::ui {
namespace {

constexpr std::int64_t kRoomForCount = 9999; ///< so that chips keep their width while counts change

std::size_t placeOf(eval::Verdict verdict) {
    return static_cast<std::size_t>(verdict);
}

QString withCount(const QString& words, std::int64_t count) {
    return PatchFilterBar::tr("%1 (%2)").arg(words, qs(formatGrouped(count)));
}

} // namespace

PatchFilterBar::PatchFilterBar(std::function<QString(int)> className, QWidget* parent) : QWidget(parent), m_className(std::move(className)) {
    setObjectName(QStringLiteral("patchFilterBar"));
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(16, 8, 16, 8);
    rows->setSpacing(8);
    auto* first = new FlowLayout(12, 6);
    m_chips = new QWidget(this);
    auto* chips = new QHBoxLayout(m_chips);
    chips->setContentsMargins(0, 0, 0, 0);
    chips->setSpacing(6);
    const auto chip = [&](eval::Verdict verdict, const char* name, const QString& tip) {
        auto* made = new ChipButton(verdictWord(verdict), -1, m_chips);
        made->setObjectName(QString::fromLatin1(name));
        made->setToolTip(tip);
        connect(made, &ChipButton::aloneWanted, this, [this, made] {
            {
                const QSignalBlocker quiet(this);
                for (ChipButton* other : m_verdicts)
                    other->setChecked(other == made);
            }
            changed();
        });
        chips->addWidget(made);
        m_verdicts[placeOf(verdict)] = made;
    };
    chip(eval::Verdict::FN, "patchMissedChip", tr("Missed boxes. Double click: nothing else."));
    chip(eval::Verdict::FP, "patchInventedChip", tr("Invented boxes. Double click: nothing else."));
    chip(eval::Verdict::TP, "patchFoundChip", tr("Found boxes. Double click: nothing else."));
    chip(eval::Verdict::Ignored, "patchIgnoredChip", tr("Boxes that are neither right nor wrong. Double click: nothing else."));
    m_verdicts[placeOf(eval::Verdict::Ignored)]->hide();
    first->addWidget(m_chips);

    const auto combo = [&](const char* name, const QString& accessible, int width) {
        auto* made = new QComboBox(this);
        made->setObjectName(QString::fromLatin1(name));
        made->setAccessibleName(accessible);
        made->setProperty("small", true);
        made->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        made->setMinimumContentsLength(width);
        return made;
    };
    m_classes = combo("patchClassCombo", tr("Class of the box"), 11);
    m_classes->setToolTip(tr("Boxes of one class: of what was detected, or of what was missed"));
    m_classes->addItem(tr("all classes"), -1);
    m_errors = combo("patchErrorCombo", tr("Type of error"), 13);
    m_errors->setToolTip(tr("Boxes that are wrong in one way; the bars at the right choose the same"));
    m_errors->addItem(tr("any or no error"), -1);
    for (const eval::ErrorType type : errorOrder())
        m_errors->addItem(ErrorWords::name(type), static_cast<int>(type));
    first->addWidget(m_classes);
    first->addWidget(m_errors);
    const auto spin = [&](const char* name, const QString& accessible, double value) {
        auto* made = new QDoubleSpinBox(this);
        made->setObjectName(QString::fromLatin1(name));
        made->setAccessibleName(accessible);
        made->setToolTip(tr("%1, 0 to 1. Missed boxes have no score and stay; boxes below the confidence are left out anyway.").arg(accessible));
        made->setLocale(QLocale::c());
        made->setDecimals(2);
        made->setRange(0, 1);
        made->setSingleStep(0.05);
        made->setValue(value);
        made->setKeyboardTracking(false);
        made->setFixedWidth(66);
        return made;
    };
    m_from = spin("patchScoreFromSpin", tr("Least score"), 0);
    m_to = spin("patchScoreToSpin", tr("Highest score"), 1);
    first->addWidget(labelledFields(tr("Score"), {m_from, new ThemedLabel(tr("to"), FontRole::Body, Tone::Text2, this), m_to}, this));
    m_order = combo("patchOrderCombo", tr("Order of the boxes"), 6);
    m_order->addItems({tr("Score"), tr("Size"), tr("IoU"), tr("Camera")}); // as PatchOrder
    m_order->setToolTip(tr("Size is the area in the picture's pixels. Boxes without a score or IoU come last."));
    connect(m_order, &QComboBox::activated, this, [this](int row) {
        m_direction->setChecked(row == static_cast<int>(PatchOrder::Camera)); // each as one reads it: A first, most first
    });
    m_direction = new QPushButton(this);
    m_direction->setObjectName(QStringLiteral("patchDirectionButton"));
    m_direction->setProperty("small", true);
    m_direction->setCheckable(true);
    first->addWidget(labelledFields(tr("Sort"), {m_order, m_direction}, this));
    m_size = new QSlider(Qt::Horizontal, this);
    m_size->setObjectName(QStringLiteral("patchSizeSlider"));
    m_size->setAccessibleName(tr("Size of the tiles"));
    m_size->setToolTip(tr("Size of the tiles (+ and −, or Ctrl and the wheel)"));
    m_size->setRange(TileGrid::kLeastTile, TileGrid::kMostTile);
    m_size->setPageStep(40);
    m_size->setFixedWidth(84);
    first->addWidget(labelledFields(tr("Size"), {m_size}, this));
    rows->addLayout(first);
    m_sentence = new ThemedLabel({}, FontRole::SectionHeading);
    m_sentence->setObjectName(QStringLiteral("patchSentence"));
    m_sentence->setWordWrap(true);
    rows->addWidget(m_sentence);
    setChoice(usual());
    m_last = choice();
    for (ChipButton* one : m_verdicts)
        connect(one, &QAbstractButton::toggled, this, &PatchFilterBar::changed);
    for (QComboBox* one : {m_classes, m_errors, m_order})
        connect(one, &QComboBox::currentIndexChanged, this, &PatchFilterBar::changed);
    for (QDoubleSpinBox* one : {m_from, m_to})
        connect(one, &QDoubleSpinBox::valueChanged, this, &PatchFilterBar::changed);
    connect(m_direction, &QPushButton::toggled, this, &PatchFilterBar::changed);
}

PatchChoice PatchFilterBar::usual() {
    PatchChoice choice;
    choice.verdicts[placeOf(eval::Verdict::FN)] = choice.verdicts[placeOf(eval::Verdict::FP)] = true;
    return choice;
}

PatchChoice PatchFilterBar::choice() const {
    PatchChoice choice;
    for (std::size_t i = 0; i < m_verdicts.size(); ++i)
        choice.verdicts[i] = !m_chips->isHidden() && m_verdicts[i]->isChecked();
    choice.classId = m_classes->currentData().toInt();
    if (const int error = m_errors->currentData().toInt(); error >= 0 && !m_errors->isHidden())
        choice.error = static_cast<eval::ErrorType>(error);
    choice.scoreFrom = m_from->value();
    choice.scoreTo = m_to->value();
    choice.order = static_cast<PatchOrder>(m_order->currentIndex());
    choice.ascending = m_direction->isChecked();
    return choice;
}

void PatchFilterBar::setChoice(const PatchChoice& choice) {
    {
        const QSignalBlocker quiet(this);
        for (std::size_t i = 0; i < m_verdicts.size(); ++i)
            m_verdicts[i]->setChecked(choice.verdicts[i]);
        m_classes->setCurrentIndex(std::max(0, m_classes->findData(choice.classId)));
        m_errors->setCurrentIndex(std::max(0, m_errors->findData(choice.error ? static_cast<int>(*choice.error) : -1)));
        m_from->setValue(choice.scoreFrom);
        m_to->setValue(choice.scoreTo);
        m_order->setCurrentIndex(static_cast<int>(choice.order));
        m_direction->setChecked(choice.ascending);
    }
    changed();
}

void PatchFilterBar::setJudged(bool judged) {
    m_chips->setVisible(judged);
    m_errors->setVisible(judged);
    m_last = choice();
}

void PatchFilterBar::setCounts(const PatchCounts& counts, std::int64_t all, bool errorsKnown) {
    for (std::size_t i = 0; i < m_verdicts.size(); ++i) {
        m_verdicts[i]->setMostCount(std::max(all, kRoomForCount));
        m_verdicts[i]->setCount(counts.verdicts[i]);
        m_verdicts[i]->setAccessibleDescription(boxesText(counts.verdicts[i]));
    }
    ChipButton* ignored = m_verdicts[placeOf(eval::Verdict::Ignored)];
    ignored->setVisible(ignored->count() > 0 || ignored->isChecked());
    m_errors->setEnabled(errorsKnown);
    for (int i = 1; i < m_errors->count(); ++i) {
        const auto type = static_cast<eval::ErrorType>(m_errors->itemData(i).toInt());
        const QString name = ErrorWords::name(type);
        m_errors->setItemText(i, errorsKnown ? withCount(name, counts.errors[static_cast<std::size_t>(type)]) : name);
    }
    // The class that is chosen stays in the list, also where no box has it any more.
    const int chosen = m_classes->currentData().toInt();
    std::map<int, std::int64_t> classes = counts.classes;
    if (chosen >= 0)
        classes.emplace(chosen, 0);
    const QSignalBlocker quiet(m_classes);
    while (m_classes->count() > static_cast<int>(classes.size()) + 1)
        m_classes->removeItem(m_classes->count() - 1);
    int row = 1;
    for (const auto& [id, count] : classes) {
        if (row == m_classes->count())
            m_classes->addItem({});
        m_classes->setItemText(row, withCount(m_className(id), count));
        m_classes->setItemData(row, id);
        if (id == chosen)
            m_classes->setCurrentIndex(row);
        ++row;
    }
    if (chosen < 0)
        m_classes->setCurrentIndex(0);
}

void PatchFilterBar::changed() {
    nameDirection();
    if (signalsBlocked())
        return;
    const PatchChoice now = choice();
    if (now == m_last)
        return;
    m_last = now;
    Q_EMIT choiceChanged();
}

void PatchFilterBar::nameDirection() {
    const bool ascending = m_direction->isChecked();
    const bool camera = m_order->currentIndex() == static_cast<int>(PatchOrder::Camera);
    m_direction->setText(camera ? (ascending ? tr("A to Z") : tr("Z to A")) : (ascending ? tr("lowest first") : tr("highest first")));
    m_direction->setToolTip(tr("Turns the order round"));
}

} // namespace intersect::ui
