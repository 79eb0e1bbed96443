// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_chips.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>
#include <QToolButton>

#include "ui/pages/evaluate_text.h"
#include "ui/theme.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/run_letter.h"
#include "ui/widgets/themed_label.h"

namespace intersect::ui {

namespace {

constexpr int kChipPx = 28;
constexpr int kLetterPx = 18;
constexpr int kMostNamePx = 190;

} // namespace

RunChip::RunChip(std::size_t place, QWidget* parent) : QWidget(parent), m_place(place) {
    setFixedHeight(kChipPx);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(10 + kLetterPx, 1, 6, 1);
    row->setSpacing(0);
    m_name = new QPushButton;
    m_name->setObjectName(QStringLiteral("runChip") + runLetter(place));
    m_name->setMenu(new QMenu(m_name));
    m_remove = new QToolButton;
    m_remove->setObjectName(QStringLiteral("removeRun") + runLetter(place));
    m_remove->setAccessibleName(tr("Take run %1 away").arg(runLetter(place)));
    m_remove->setToolTip(tr("Take run %1 away").arg(runLetter(place)));
    m_remove->setIconSize({12, 12});
    m_remove->setFixedSize(20, 20);
    const auto style = [this] {
        m_remove->setIcon(Theme::instance().icon(QStringLiteral("close")));
        const Palette& palette = Theme::instance().palette();
        m_name->setStyleSheet(QStringLiteral("QPushButton { background: transparent; border: 1px solid transparent; border-radius: 4px; "
                                             "padding: 0 4px; min-height: 20px; max-height: 20px; color: %1; }"
                                             "QPushButton:focus { border: 1px solid %2; } QPushButton:hover { color: %3; } "
                                             "QPushButton::menu-indicator { image: none; width: 0; }")
                                  .arg(palette.text.name(), palette.accent.name(), palette.accentText.name()));
        update();
    };
    style();
    connect(&Theme::instance(), &Theme::changed, this, style);
    row->addWidget(m_name);
    row->addWidget(m_remove);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void RunChip::setName(const QString& name, const QString& toolTip) {
    m_name->setText(m_name->fontMetrics().elidedText(name, Qt::ElideMiddle, kMostNamePx));
    m_name->setAccessibleName(tr("Run %1: %2").arg(runLetter(m_place), name));
    m_name->setToolTip(toolTip);
    updateGeometry();
}

void RunChip::paintEvent(QPaintEvent*) {
    const Palette& palette = Theme::instance().palette();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF pill = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(palette.line2);
    painter.setBrush(palette.surface);
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2);
    const QRectF letter(8, (height() - kLetterPx) / 2.0, kLetterPx, kLetterPx);
    paintRunLetter(painter, letter, runLetter(m_place));
}

RunChips::RunChips(QWidget* parent) : QWidget(parent) {
    auto* row = new FlowLayout(8, 6, this);
    row->addWidget(new ThemedLabel(tr("Runs"), FontRole::Body, Tone::Text2));
    for (std::size_t place = 0; place < kMost; ++place) {
        auto* chip = new RunChip(place, this);
        row->addWidget(chip);
        m_chips.push_back(chip);
        connect(chip->removeButton(), &QToolButton::clicked, this, [this, place] {
            QStringList left = m_runs;
            left.removeAt(static_cast<int>(place));
            Q_EMIT runsPicked(left);
        });
        QMenu* menu = chip->nameButton()->menu();
        connect(menu, &QMenu::aboutToShow, this, [this, menu, place] { fillMenu(menu, static_cast<int>(place)); });
    }
    m_add = new QPushButton(tr("+ Add run"), this);
    m_add->setObjectName(QStringLiteral("addRunButton"));
    m_add->setProperty("flat", true);
    m_add->setToolTip(tr("Compare with another run that has detections on this split"));
    m_add->setMenu(new QMenu(m_add));
    m_add->setStyleSheet(QStringLiteral("QPushButton::menu-indicator { image: none; width: 0; }"));
    connect(m_add->menu(), &QMenu::aboutToShow, this, [this] { fillMenu(m_add->menu(), static_cast<int>(m_runs.size())); });
    row->addWidget(m_add);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    refresh();
}

void RunChips::setChoices(std::vector<Choice> choices, const QString& split) {
    m_choices = std::move(choices);
    m_split = split;
    refresh();
}

void RunChips::setRuns(const QStringList& runs) {
    m_runs = runs.mid(0, static_cast<int>(kMost));
    refresh();
}

void RunChips::refresh() {
    for (std::size_t place = 0; place < kMost; ++place) {
        const bool there = static_cast<int>(place) < m_runs.size();
        m_chips[place]->setVisible(there);
        m_chips[place]->removeButton()->setVisible(m_runs.size() > 1); // the last one stays
        if (!there)
            continue;
        const QString& run = m_runs[static_cast<int>(place)];
        const auto choice = std::find_if(m_choices.begin(), m_choices.end(), [&](const Choice& one) { return one.run == run; });
        m_chips[place]->setName(run,
                                choice != m_choices.end() && !choice->toolTip.isEmpty() ? run + QLatin1Char('\n') + choice->toolTip : run);
    }
    const bool more =
        std::any_of(m_choices.begin(), m_choices.end(), [this](const Choice& one) { return one.ready && !m_runs.contains(one.run); });
    m_add->setVisible(m_runs.size() < static_cast<int>(kMost));
    m_add->setEnabled(more);
    updateGeometry();
}

void RunChips::fillMenu(QMenu* menu, int place) {
    menu->clear();
    menu->setToolTipsVisible(true);
    for (const Choice& choice : m_choices) {
        if (m_runs.contains(choice.run) && (place >= m_runs.size() || m_runs[place] != choice.run))
            continue;
        auto* action = menu->addAction(choice.ready ? choice.run : tr("%1 (not evaluated on %2)").arg(choice.run, m_split));
        action->setToolTip(choice.toolTip);
        action->setCheckable(place < m_runs.size());
        action->setChecked(place < m_runs.size() && m_runs[place] == choice.run);
        action->setEnabled(choice.ready || place == 0); // the page offers to evaluate A
        connect(action, &QAction::triggered, this, [this, place, run = choice.run] {
            QStringList picked = m_runs;
            if (place < picked.size())
                picked[place] = run;
            else
                picked << run;
            Q_EMIT runsPicked(picked);
        });
    }
    if (menu->isEmpty())
        menu->addAction(tr("no other run"))->setEnabled(false);
}

} // namespace intersect::ui
