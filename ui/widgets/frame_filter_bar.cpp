// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/frame_filter_bar.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QMenu>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/hour_bars.h"
#include "ui/widgets/labelled_fields.h"
#include "ui/widgets/themed_label.h"

namespace intersect::ui {

FrameFilterBar::FrameFilterBar(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("filterBar"));
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(16, 8, 16, 8);
    rows->setSpacing(8);
    m_first = new FlowLayout(6, 6);
    m_text = new QLineEdit(this);
    m_text->setObjectName(QStringLiteral("frameFilterEdit"));
    m_text->setPlaceholderText(tr("Name or time"));
    m_text->setAccessibleName(tr("Part of the file name, or a time"));
    m_text->setClearButtonEnabled(true);
    m_text->setFixedWidth(136);
    m_first->addWidget(m_text);
    m_chips = new QWidget(this);
    m_chips->setObjectName(QStringLiteral("classChips"));
    m_chipRow = new QHBoxLayout(m_chips);
    m_chipRow->setContentsMargins(0, 0, 0, 0);
    m_chipRow->setSpacing(6);
    m_first->addWidget(m_chips);
    m_moreClasses = new QToolButton(this);
    m_moreClasses->setObjectName(QStringLiteral("moreClassesButton"));
    m_moreClasses->setPopupMode(QToolButton::InstantPopup);
    m_moreClasses->setMenu(new QMenu(m_moreClasses));
    m_moreClasses->setToolTip(tr("The further classes of this data set"));
    m_first->addWidget(m_moreClasses);
    const auto chip = [this](const QString& word, const char* name, const QString& tip) {
        auto* made = new ChipButton(word, -1, this);
        made->setObjectName(QString::fromLatin1(name));
        made->setToolTip(tip);
        connect(made, &QAbstractButton::toggled, this, &FrameFilterBar::filterChanged);
        return made;
    };
    m_withoutLabels = chip(tr("Without labels"), "withoutLabelsChip", tr("Only frames without a label file"));
    m_withFindings = chip(tr("With findings"), "withFindingsChip", tr("Only frames something is wrong or suspect with"));
    m_first->addWidget(m_withFindings);
    rows->addLayout(m_first);

    auto* second = new FlowLayout(18, 6);
    const auto spin = [this](const char* name, const QString& accessible, int most, int width) {
        auto* box = new QSpinBox(this);
        box->setObjectName(QString::fromLatin1(name));
        box->setAccessibleName(accessible);
        box->setToolTip(accessible);
        box->setRange(0, most);
        box->setFixedWidth(width);
        connect(box, &QSpinBox::valueChanged, this, &FrameFilterBar::filterChanged);
        return box;
    };
    m_from = spin("boxesFromSpin", tr("At least so many boxes of the chosen classes and sizes"), 0, 64);
    m_to = spin("boxesToSpin", tr("At most so many boxes of the chosen classes and sizes"), 0, 64);
    second->addWidget(labelledFields(tr("Boxes per frame"), {m_from, new ThemedLabel(tr("to"), FontRole::Body, Tone::Text2, this), m_to}, this));

    m_sizes = {chip(tr("small"), "smallChip", tr("Boxes below 32² px of their picture, as COCO counts them")),
               chip(tr("medium"), "mediumChip", tr("Boxes from 32² to 96² px of their picture, as COCO counts them")),
               chip(tr("large"), "largeChip", tr("Boxes from 96² px of their picture on, as COCO counts them"))};
    second->addWidget(labelledFields(tr("Box size"), {m_sizes[0], m_sizes[1], m_sizes[2]}, this));
    second->addWidget(m_withoutLabels);

    m_hours = new HourBars(this);
    m_hours->setObjectName(QStringLiteral("hourBars"));
    m_hourFrom = spin("hourFromSpin", tr("Taken from this hour on"), 24, 58);
    m_hourTo = spin("hourToSpin", tr("Taken before this hour; below the first: over midnight"), 24, 58);
    m_hourTo->setValue(24);
    second->addWidget(labelledFields(tr("Hours"), {m_hours, m_hourFrom, new ThemedLabel(tr("to"), FontRole::Body, Tone::Text2, this), m_hourTo}, this));

    m_uses = {chip(tr("unused"), "unusedChip", tr("Frames the current selection leaves out")), chip(tr("chosen"), "chosenChip", tr("Chosen frames that are not dealt into train and val yet")),
              chip(tr("train"), "trainChip", tr("Frames of the train list")), chip(tr("val"), "valChip", tr("Frames of the val list")),
              chip(tr("test"), "testChip", tr("Frames of the test list"))};
    second->addWidget(labelledFields(tr("In use"), {m_uses[2], m_uses[3], m_uses[4], m_uses[1], m_uses[0]}, this));
    rows->addLayout(second);

    connect(m_text, &QLineEdit::textChanged, this, &FrameFilterBar::filterChanged);
    connect(m_withFindings, &QAbstractButton::toggled, this, [this](bool on) {
        if (!on && !m_findingCode.empty()) { // the next time it stands for all findings again
            m_findingCode.clear();
            nameFindingChip();
            Q_EMIT filterChanged();
        }
    });
    const auto takeHours = [this] { m_hours->setRange(m_hourFrom->value(), m_hourTo->value()); };
    connect(m_hourFrom, &QSpinBox::valueChanged, this, takeHours);
    connect(m_hourTo, &QSpinBox::valueChanged, this, takeHours);
    connect(m_hours, &HourBars::rangeChosen, this, [this](int from, int to) {
        {
            const QSignalBlocker quiet(this);
            m_hourFrom->setValue(from);
            m_hourTo->setValue(to);
        }
        Q_EMIT filterChanged();
    });
}

void FrameFilterBar::setData(const std::vector<int>& classes, const std::function<QString(int)>& nameOf, int mostBoxes, qint64 frames) {
    std::vector<int> off;
    for (ChipButton* chip : m_classes) {
        if (!chip->isChecked())
            off.push_back(chip->classId());
        delete chip;
    }
    m_classes.clear();
    QMenu* more = m_moreClasses->menu();
    more->clear();
    for (const int id : classes) {
        auto* chip = new ChipButton(nameOf(id), id, m_chips);
        chip->setObjectName(QStringLiteral("classChip%1").arg(id));
        chip->setToolTip(tr("Frames with %1. Double click: with nothing else.").arg(nameOf(id)));
        chip->setChecked(std::find(off.begin(), off.end(), id) == off.end());
        chip->setMostCount(frames);
        connect(chip, &QAbstractButton::toggled, this, &FrameFilterBar::filterChanged);
        connect(chip, &ChipButton::aloneWanted, this, [this, chip] { onlyClass(chip); });
        m_chipRow->addWidget(chip);
        m_classes.push_back(chip);
        if (m_classes.size() > kClassChips) { // the menu has room for the rest
            chip->hide();
            QAction* action = more->addAction(nameOf(id));
            action->setCheckable(true);
            action->setChecked(chip->isChecked());
            connect(action, &QAction::toggled, chip, &QAbstractButton::setChecked);
            connect(chip, &QAbstractButton::toggled, action, &QAction::setChecked);
        }
    }
    m_moreClasses->setText(tr("%1 more").arg(std::max<qsizetype>(0, static_cast<qsizetype>(m_classes.size()) - static_cast<qsizetype>(kClassChips))));
    m_moreClasses->setVisible(m_classes.size() > kClassChips);
    for (ChipButton* chip : m_sizes)
        chip->setMostCount(frames);
    for (ChipButton* chip : m_uses)
        chip->setMostCount(frames);
    m_withoutLabels->setMostCount(frames);
    m_withFindings->setMostCount(frames);
    const bool open = m_to->value() == m_to->maximum();
    const QSignalBlocker quietFrom(m_from), quietTo(m_to);
    m_from->setRange(0, mostBoxes);
    m_to->setRange(0, mostBoxes);
    if (open)
        m_to->setValue(mostBoxes);
}

void FrameFilterBar::setCounts(const data::FilterCounts& counts) {
    for (ChipButton* chip : m_classes) {
        const auto found = counts.classes.find(chip->classId());
        chip->setCount(found != counts.classes.end() ? found->second : 0);
    }
    for (std::size_t i = 0; i < m_sizes.size(); ++i)
        m_sizes[i]->setCount(counts.sizes[i]);
    for (std::size_t i = 0; i < m_uses.size(); ++i)
        m_uses[i]->setCount(counts.uses[i]);
    // Only a selection without lists has frames that are chosen and no more.
    ChipButton* chosen = m_uses[static_cast<std::size_t>(data::FrameUse::Chosen)];
    chosen->setVisible(chosen->count() > 0 || chosen->isChecked());
    m_hours->setCounts(counts.hours);
    m_withoutLabels->setCount(counts.withoutLabels);
    m_withFindings->setCount(counts.withFindings);
}

void FrameFilterBar::onlyClass(const ChipButton* chip) {
    {
        const QSignalBlocker quiet(this);
        for (ChipButton* other : m_classes)
            other->setChecked(other == chip);
    }
    Q_EMIT filterChanged();
}

data::FrameFilter FrameFilterBar::filter() const {
    data::FrameFilter filter;
    // Names hold a time without its colons: 07:37 finds …_073717.
    filter.text = m_text->text().trimmed().remove(QLatin1Char(':')).toStdString();
    for (const ChipButton* chip : m_classes)
        if (chip->isChecked())
            filter.classes.push_back(chip->classId());
    filter.allClasses = filter.classes.size() == m_classes.size();
    if (filter.allClasses)
        filter.classes.clear();
    // None pressed asks for nothing: as good as all.
    const auto pressed = [](const auto& chips, auto& on) {
        if (std::any_of(chips.begin(), chips.end(), [](const ChipButton* chip) { return chip->isChecked(); }))
            for (std::size_t i = 0; i < chips.size(); ++i)
                on[i] = chips[i]->isChecked();
    };
    pressed(m_sizes, filter.sizes);
    pressed(m_uses, filter.uses);
    filter.withoutLabels = m_withoutLabels->isChecked();
    filter.withFindings = m_withFindings->isChecked();
    if (filter.withFindings)
        filter.findingCode = m_findingCode;
    filter.boxesFrom = m_from->value();
    filter.boxesTo = m_to->value() == m_to->maximum() ? -1 : m_to->value();
    filter.hourFrom = m_hourFrom->value();
    filter.hourTo = m_hourTo->value();
    return filter;
}

void FrameFilterBar::setFilter(const data::FrameFilter& filter) {
    {
        const QSignalBlocker quiet(this);
        m_text->setText(QString::fromStdString(filter.text));
        for (ChipButton* chip : m_classes)
            chip->setChecked(filter.allClasses || std::find(filter.classes.begin(), filter.classes.end(), chip->classId()) != filter.classes.end());
        const auto press = [](const auto& chips, const auto& on, bool any) {
            for (std::size_t i = 0; i < chips.size(); ++i)
                chips[i]->setChecked(!any && on[i]);
        };
        press(m_sizes, filter.sizes, filter.anySize());
        press(m_uses, filter.uses, filter.anyUse());
        m_withoutLabels->setChecked(filter.withoutLabels);
        m_withFindings->setChecked(filter.withFindings || !filter.findingCode.empty());
        if (m_findingCode != filter.findingCode) {
            m_findingCode = filter.findingCode;
            m_findingTitle = qs(filter.findingCode);
        }
        nameFindingChip();
        m_from->setValue(filter.boxesFrom);
        m_to->setValue(filter.boxesTo < 0 ? m_to->maximum() : filter.boxesTo);
        m_hourFrom->setValue(filter.hourFrom);
        m_hourTo->setValue(filter.hourTo);
    }
    Q_EMIT filterChanged();
}

void FrameFilterBar::clearFilters() {
    setFilter({});
}

void FrameFilterBar::showFindings(const std::string& code, const QString& title) {
    data::FrameFilter filter;
    filter.withFindings = true;
    filter.findingCode = code;
    m_findingCode = code;
    m_findingTitle = title;
    setFilter(filter);
}

void FrameFilterBar::nameFindingChip() {
    m_withFindings->setText(m_findingCode.empty() ? tr("With findings") : m_findingTitle);
    m_withFindings->updateGeometry();
}

} // namespace intersect::ui
