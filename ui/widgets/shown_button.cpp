// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/shown_button.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>
#include <QWidgetAction>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/widgets/side_pane.h"
#include "ui/widgets/themed_label.h"

namespace intersect::ui {
namespace {

constexpr int kWidth = 220, kRow = 24, kRowsSeen = 11;

} // namespace

ShownButton::ShownButton(std::vector<ImageCanvas*> canvases, QWidget* parent)
    : QPushButton(tr("Shown"), parent), m_canvases(std::move(canvases)) {
    setObjectName(QStringLiteral("shownButton"));
    setProperty("small", true);
    setFocusPolicy(Qt::TabFocus);
    setToolTip(tr("What the picture shows: boxes (B), truth (G), words (T), and which classes"));
    auto* menu = new QMenu(this);
    auto* panel = new QWidget(menu);
    panel->setFixedWidth(kWidth);
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(8, 4, 8, 4);
    column->setSpacing(2);
    const auto check = [&](const QString& word, const QString& key, const QString& name, const QString& tip,
                           void (ImageCanvas::*set)(bool)) {
        auto* row = new QHBoxLayout;
        auto* box = new QCheckBox(word, panel);
        box->setObjectName(name);
        box->setChecked(true);
        box->setToolTip(tip);
        for (ImageCanvas* canvas : m_canvases)
            connect(box, &QCheckBox::toggled, canvas, set);
        row->addWidget(box, 1);
        auto* cap = new ThemedLabel(key, FontRole::Caption, Tone::Text3);
        cap->setProperty("keycap", true);
        cap->setFixedHeight(19);
        row->addWidget(cap);
        column->addLayout(row);
        return box;
    };
    check(tr("Boxes"), QStringLiteral("B"), QStringLiteral("boxesToggle"), tr("Show verdicts on the picture (B)"),
          &ImageCanvas::setBoxesShown);
    m_truth = check(tr("Truth"), QStringLiteral("G"), QStringLiteral("truthToggle"), tr("Show the labelled boxes (G)"),
                    &ImageCanvas::setTruthShown);
    check(tr("Words"), QStringLiteral("T"), QStringLiteral("labelsToggle"), tr("Show words at the boxes (T)"),
          &ImageCanvas::setLabelsShown);
    column->addSpacing(2);
    column->addWidget(new HairLine(panel));
    auto* head = new QHBoxLayout;
    head->addWidget(new ThemedLabel(tr("Classes"), FontRole::SectionHeading));
    head->addStretch(1);
    m_all = new QPushButton(tr("Show all"), panel);
    m_all->setObjectName(QStringLiteral("allClassesButton"));
    m_all->setProperty("link", true);
    m_all->setEnabled(false);
    head->addWidget(m_all);
    column->addLayout(head);
    auto* scroll = new QScrollArea(panel);
    scroll->setObjectName(QStringLiteral("classScroll"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* content = new QWidget;
    content->setProperty("pane", QStringLiteral("surface"));
    m_list = new QGridLayout(content);
    m_list->setContentsMargins(0, 0, 4, 0);
    m_list->setVerticalSpacing(0);
    m_list->setColumnStretch(0, 1);
    scroll->setWidget(content);
    column->addWidget(scroll);
    auto* action = new QWidgetAction(menu);
    action->setDefaultWidget(panel);
    menu->addAction(action);
    setMenu(menu);
    connect(m_all, &QPushButton::clicked, this, [this] {
        for (QCheckBox* each : m_checks)
            each->setChecked(true);
    });
}

void ShownButton::setClasses(const std::vector<Entry>& classes) {
    m_classes = classes;
    m_checks.clear();
    while (QLayoutItem* item = m_list->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const Entry& entry : classes) {
        const auto row = static_cast<int>(m_checks.size());
        auto* box = new QCheckBox(entry.name);
        box->setObjectName(QStringLiteral("classCheck-") + entry.name);
        box->setChecked(!m_hidden.contains(entry.name));
        box->setFixedHeight(kRow);
        box->setToolTip(tr("Show %1 on the picture; the table lists it anyway").arg(entry.name));
        connect(box, &QCheckBox::toggled, this, [this, name = entry.name](bool shown) {
            if (shown)
                m_hidden.remove(name);
            else
                m_hidden.insert(name);
            apply();
            Q_EMIT hiddenChanged();
        });
        m_checks.push_back(box);
        m_list->addWidget(box, row, 0);
        auto* count = new ThemedLabel(qs(formatGrouped(entry.boxes)), FontRole::Numbers, Tone::Text3);
        count->setToolTip(tr("True boxes of all frames, and found ones at or above the confidence"));
        m_list->addWidget(count, row, 1, Qt::AlignRight);
    }
    auto* scroll = findChild<QScrollArea*>(QStringLiteral("classScroll"));
    scroll->setFixedHeight(kRow * std::min(kRowsSeen, static_cast<int>(classes.size())) + 2);
    apply();
}

QStringList ShownButton::hiddenNames() const {
    QStringList names;
    for (const Entry& entry : m_classes)
        if (m_hidden.contains(entry.name))
            names << entry.name;
    return names;
}

void ShownButton::apply() {
    std::set<int> ids;
    for (const Entry& entry : m_classes)
        if (m_hidden.contains(entry.name))
            ids.insert(entry.id);
    m_all->setEnabled(!ids.empty());
    setText(ids.empty() ? tr("Shown") : tr("Shown (%1 hidden)").arg(ids.size()));
    for (ImageCanvas* canvas : m_canvases)
        canvas->setHiddenClasses(ids);
}

} // namespace intersect::ui
