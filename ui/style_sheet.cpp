// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style_sheet.h"

#include <utility>

namespace intersect::ui {

namespace {

/// Colours stand as @token, icons as @theme.
const char* const kSheet = R"(
QWidget[pane="side"], QScrollArea[pane="side"] > QWidget > QWidget[pane="side"] { background: @window; }
QWidget[pane="surface"] { background: @surface; }
QLabel[dim="2"] { color: @text2; }
QLabel[dim="3"] { color: @text3; }
QLabel[tone="warn"] { color: @warn; }
QLabel[tone="err"] { color: @err; }
QLabel[keycap="true"] { color: @text3; border: 1px solid @line2; border-radius: 3px; padding: 1px 4px; font-size: 11px; }
QFrame[role="separator"] { background: @line; border: none; min-height: 1px; max-height: 1px; }
QFrame[role="box"] { background: @window; border: 1px solid @line; border-radius: 5px; }
QFrame[role="error"] { background: @errSoft; border: 1px solid @err; border-radius: 5px; }
QFrame[role="warning"] { background: @warnSoft; border: 1px solid @warn; border-radius: 5px; }
QFrame[role="error"] QPlainTextEdit, QFrame[role="warning"] QPlainTextEdit { background: @surface; border: 1px solid @line; }

QPushButton { background: @surface; color: @text; border: 1px solid @line2; border-radius: 5px; padding: 0 12px; min-height: 26px; max-height: 26px; }
QPushButton:hover { background: @hover; }
QPushButton:pressed { background: @sunken; }
QPushButton:focus { border: 2px solid @accent; padding: 0 11px; min-height: 24px; max-height: 24px; }
QPushButton:disabled { color: @textDisabled; border-color: @line; }
QPushButton:checked { background: @accentSoft; border-color: @accent; color: @text; }
QPushButton[small="true"] { min-height: 22px; max-height: 22px; padding: 0 9px; font-size: 12px; }
QPushButton[small="true"]:focus { min-height: 20px; max-height: 20px; padding: 0 8px; }
QPushButton[primary="true"] { background: @accent; color: #FFFFFF; border: 1px solid @accent; font-weight: 600; }
QPushButton[primary="true"]:hover { background: @accentHover; }
QPushButton[primary="true"]:pressed { background: @accentPressed; }
QPushButton[primary="true"]:focus { border: 2px solid @text; }
QPushButton[primary="true"]:disabled { background: @accentDisabled; border-color: @accentDisabled; color: #FFFFFF; }
QPushButton[danger="true"] { color: @err; }
QPushButton[danger="true"]:disabled { color: @errDisabled; }
QPushButton[flat="true"] { background: transparent; border: 1px solid transparent; color: @text2; padding: 0 8px; }
QPushButton[flat="true"]:hover { background: @hover; color: @text; }
QPushButton[flat="true"]:focus { border: 2px solid @accent; padding: 0 7px; }
QPushButton[flat="true"]:disabled { color: @text2Disabled; }
QPushButton[title="true"] { color: @text; }
QPushButton[link="true"] { background: transparent; border: 1px solid transparent; color: @accentText; padding: 0 2px; text-align: left; }
QPushButton[link="true"]:hover { text-decoration: underline; }
QPushButton[link="true"]:focus { border: 1px solid @accent; padding: 0 2px; min-height: 26px; max-height: 26px; }
QPushButton[fold="true"], QPushButton[fold="true"]:checked { background: transparent; border: 1px solid transparent; color: @text; padding: 0 4px 0 0; text-align: left; font-size: 12px; font-weight: 600; min-height: 22px; max-height: 22px; }
QPushButton[fold="true"]:hover { color: @accentText; }
QPushButton[fold="true"]:focus { border: 1px solid @accent; }
QPushButton[segment="first"], QPushButton[segment="middle"], QPushButton[segment="last"], QPushButton[segment="only"] {
    min-height: 22px; max-height: 22px; padding: 0 10px; border-radius: 0; color: @text2; font-size: 12px; }
QPushButton[segment="middle"], QPushButton[segment="last"] { border-left-width: 0; }
QPushButton[segment="first"] { border-top-left-radius: 5px; border-bottom-left-radius: 5px; }
QPushButton[segment="last"] { border-top-right-radius: 5px; border-bottom-right-radius: 5px; }
QPushButton[segment="only"] { border-radius: 5px; }
QPushButton[segment="first"]:checked, QPushButton[segment="middle"]:checked, QPushButton[segment="last"]:checked, QPushButton[segment="only"]:checked {
    background: @accentSoft; color: @accentText; font-weight: 600; border-color: @line2; }
QPushButton[segment="first"]:focus, QPushButton[segment="middle"]:focus, QPushButton[segment="last"]:focus, QPushButton[segment="only"]:focus {
    border: 1px solid @accent; padding: 0 10px; min-height: 22px; max-height: 22px; }
QPushButton[tight="true"], QPushButton[tight="true"]:focus, QPushButton[tight="true"][segment="middle"]:focus { padding: 0 6px; }
QPushButton::menu-indicator { image: url(:/icons/control-down-@theme.svg); width: 12px; height: 12px; subcontrol-origin: padding; subcontrol-position: right center; right: 8px; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 5px; padding: 3px; color: @text2; }
QToolButton:hover { background: @hover; }
QToolButton:pressed, QToolButton:checked { background: @accentSoft; color: @accentText; }
QToolButton:focus { border: 1px solid @accent; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QComboBox, QAbstractSpinBox { background: @surface; color: @text; border: 1px solid @line2; border-radius: 5px; padding: 0 8px; min-height: 26px; max-height: 26px;
    selection-background-color: @accent; selection-color: #FFFFFF; }
QLineEdit:hover, QComboBox:hover, QAbstractSpinBox:hover { border-color: @axis; }
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus { border: 2px solid @accent; padding: 0 7px; min-height: 24px; max-height: 24px; }
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled { color: @textDisabled; border-color: @line; }
QComboBox[small="true"], QAbstractSpinBox[small="true"], QLineEdit[small="true"] { min-height: 20px; max-height: 20px; font-size: 12px; }
QAbstractSpinBox QLineEdit { border: none; background: transparent; padding: 0; min-height: 0; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url(:/icons/control-down-@theme.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @surface; border: 1px solid @line2; outline: 0; padding: 3px; }
QComboBox QAbstractItemView::item { min-height: 24px; padding: 0 6px; color: @text; }
QComboBox QAbstractItemView::item:selected { background: @accentSoft; color: @text; }
QAbstractSpinBox { padding-right: 2px; }
QAbstractSpinBox:focus { padding-right: 1px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { background: transparent; border: none; width: 18px; height: 12px; subcontrol-origin: border; }
QAbstractSpinBox::up-button { subcontrol-position: top right; margin-top: 2px; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin-bottom: 2px; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: @hover; }
QAbstractSpinBox::up-arrow { image: url(:/icons/control-spin-up-@theme.svg); width: 12px; height: 12px; }
QAbstractSpinBox::down-arrow { image: url(:/icons/control-spin-down-@theme.svg); width: 12px; height: 12px; }

QCheckBox, QRadioButton { color: @text; spacing: 8px; min-height: 22px; background: transparent; padding: 0 2px; border: 1px solid transparent; border-radius: 5px; }
QCheckBox:disabled, QRadioButton:disabled { color: @textDisabled; }
QCheckBox:focus, QRadioButton:focus { border: 1px solid @accent; }
QCheckBox::indicator, QRadioButton::indicator { width: 14px; height: 14px; background: @surface; border: 1px solid @line2; }
QCheckBox::indicator { border-radius: 3px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: @axis; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: url(:/icons/control-check.svg); }
QRadioButton::indicator:checked { background: @accent; border-color: @accent; image: url(:/icons/control-dot.svg); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { background: @window; border-color: @line; }
QCheckBox::indicator:checked:disabled, QRadioButton::indicator:checked:disabled { background: @accentDisabled; border-color: @accentDisabled; }
QAbstractItemView::indicator { width: 14px; height: 14px; background: @surface; border: 1px solid @line2; border-radius: 3px; }
QAbstractItemView::indicator:checked { background: @accent; border-color: @accent; image: url(:/icons/control-check.svg); }

QSlider { min-height: 22px; background: transparent; }
QSlider::groove:horizontal { height: 4px; background: @trackGround; border-radius: 2px; margin: 0 1px; }
QSlider::sub-page:horizontal { background: @accent; border-radius: 2px; height: 4px; margin: 0 1px; }
QSlider::handle:horizontal { width: 11px; height: 11px; margin: -5px 0; border: 2px solid @accentHandle; border-radius: 7px; background: @surface; }
QSlider::handle:horizontal:hover { background: @accentSoft; }
QSlider::handle:horizontal:focus { background: @accentHandle; }
QSlider::sub-page:horizontal:disabled { background: @accentDisabled; }
QSlider::handle:horizontal:disabled { border-color: @accentDisabled; }

QProgressBar { background: @trackGround; border: none; border-radius: 3px; min-height: 6px; max-height: 6px; color: transparent; text-align: right; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }

QAbstractItemView { background: @surface; alternate-background-color: @surface; color: @text; border: none; outline: 0; selection-background-color: @accentSoft; selection-color: @text; }
QTableView, QTreeView, QListView { gridline-color: @line; font-size: 12px; }
QWidget[pane="side"] QTableView, QWidget[pane="side"] QTreeView, QWidget[pane="side"] QListView, intersect--ui--SidePane QTableView, intersect--ui--SidePane QListView { background: @window; }
QTableView::item { border-bottom: 1px solid @line; padding: 0 6px; }
QTableView::item:selected, QTreeView::item:selected, QListView::item:selected { background: @accentSoft; color: @text; }
QTreeView::item { height: 26px; }
QTreeView::item:hover, QListView::item:hover { background: @hover; }
QTreeView::item:selected:hover, QListView::item:selected:hover { background: @accentSoft; }
QTreeView::branch { background: transparent; }
QTreeView::branch:selected { background: @accentSoft; }
QTreeView::branch:closed:has-children { image: url(:/icons/control-right-@theme.svg); }
QTreeView::branch:open:has-children { image: url(:/icons/control-down-@theme.svg); }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: transparent; color: @text2; border: none; border-bottom: 1px solid @line2; padding: 0 6px; height: 25px; font-size: 11px; }
QTableCornerButton::section { background: transparent; border: none; }

QScrollArea { background: transparent; border: none; }
QPlainTextEdit, QTextEdit, QTextBrowser { background: @surface; color: @text; border: none; selection-background-color: @accent; selection-color: #FFFFFF; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @line2; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: @axis; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSplitter::handle { background: @line; }
intersect--ui--Panes::handle { background: transparent; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: @accent; }

QTabWidget::pane { border: none; border-top: 1px solid @line; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: @text2; border: none; border-bottom: 2px solid transparent; padding: 0 2px; margin-right: 16px; height: 28px; font-size: 12px; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accentHandle; font-weight: 600; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:focus { border: 1px solid @accent; }

QMenu { background: @surface; color: @text; border: 1px solid @line2; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 10px; border-radius: 4px; }
QMenu::item:selected { background: @accentSoft; }
QMenu::item:disabled { color: @textDisabled; }
QMenu::separator { height: 1px; background: @line; margin: 4px 6px; }
QMenu::icon { padding-left: 6px; }
QMenu::indicator { width: 14px; height: 14px; margin-left: 6px; }
QToolTip { background: @surface; color: @text; border: 1px solid @line2; padding: 4px 6px; }
QGroupBox { border: none; margin: 0; padding: 0; }
QDialog { background: @window; }
)";

QString css(const QColor& colour) {
    return colour.alpha() == 255 ? colour.name() : QStringLiteral("rgba(%1,%2,%3,%4)").arg(colour.red()).arg(colour.green()).arg(colour.blue()).arg(colour.alpha());
}

QColor mixed(const QColor& a, const QColor& b, float part) {
    return QColor::fromRgbF(a.redF() + (b.redF() - a.redF()) * part, a.greenF() + (b.greenF() - a.greenF()) * part, a.blueF() + (b.blueF() - a.blueF()) * part);
}

QColor disabled(QColor colour) {
    colour.setAlphaF(0.45F);
    return colour;
}

} // namespace

QString styleSheetOf(const Palette& c, bool dark) {
    // Longer names first, so that @text does not eat the start of @text2.
    const std::pair<const char*, QString> tokens[] = {
        {"@theme", dark ? QStringLiteral("dark") : QStringLiteral("light")},
        {"@textDisabled", css(disabled(c.text))},
        {"@text2Disabled", css(disabled(c.text2))},
        {"@text2", css(c.text2)},
        {"@text3", css(c.text3)},
        {"@text", css(c.text)},
        {"@accentDisabled", css(mixed(c.accent, c.surface, 0.55F))},
        {"@accentHover", css(mixed(c.accent, QColor(Qt::black), 0.10F))},
        {"@accentPressed", css(mixed(c.accent, QColor(Qt::black), 0.20F))},
        {"@accentHandle", css(dark ? mixed(c.accent, c.accentText, 0.35F) : c.accent)},
        {"@accentSoft", css(c.accentSoft)},
        {"@accentText", css(c.accentText)},
        {"@accent", css(c.accent)},
        {"@trackGround", css(c.unused)},
        {"@window", css(c.window)},
        {"@surface", css(c.surface)},
        {"@sunken", css(c.sunken)},
        {"@rail", css(c.rail)},
        {"@hover", css(c.hover)},
        {"@line2", css(c.line2)},
        {"@line", css(c.line)},
        {"@warnSoft", css(c.warnSoft)},
        {"@warn", css(c.warn)},
        {"@errSoft", css(c.errSoft)},
        {"@errDisabled", css(disabled(c.err))},
        {"@err", css(c.err)},
        {"@axis", css(c.axis)},
    };
    QString sheet = QString::fromLatin1(kSheet);
    for (const auto& [name, value] : tokens)
        sheet.replace(QLatin1String(name), value);
    return sheet;
}

} // namespace intersect::ui
