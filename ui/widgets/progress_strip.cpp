// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/progress_strip.h"

#include <QRegularExpression>
#include <QVBoxLayout>

#include "ui/widgets/side_pane.h"

namespace intersect::ui {

std::optional<WorkerProgress> WorkerProgress::of(const QString& line, const QString& what) {
    static const QRegularExpression form(QStringLiteral("^(\\w+): ([\\d,]*\\d)(?: of ([\\d,]*\\d))?(?:, ETA (.+))?"));
    const QRegularExpressionMatch match = form.match(line);
    if (!match.hasMatch() || match.captured(1) != what)
        return std::nullopt;
    const auto number = [&](int group) { return match.captured(group).remove(QLatin1Char(',')).toInt(); };
    return WorkerProgress{number(2), number(3), match.captured(2), match.captured(3), match.captured(4)};
}

ProgressStrip::ProgressStrip(const QString& name, const QString& barMeaning, QWidget* parent) : QWidget(parent) {
    setObjectName(QString(name + QStringLiteral("Strip")));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_line = new QHBoxLayout;
    m_line->setContentsMargins(16, 8, 16, 8);
    m_line->setSpacing(12);
    m_state = new ElidedLabel(FontRole::Table, Tone::Text2, this);
    m_state->setObjectName(QString(name + QStringLiteral("StateLabel")));
    m_bar = new QProgressBar(this);
    m_bar->setObjectName(QString(name + QStringLiteral("Bar")));
    m_bar->setTextVisible(false);
    m_bar->setFixedWidth(160);
    m_bar->setAccessibleName(barMeaning);
    m_line->addWidget(m_state, 1);
    m_line->addWidget(m_bar);
    column->addLayout(m_line);
    column->addWidget(new HairLine(this));
}

QPushButton* ProgressStrip::addButton(const QString& text, const QString& objectName) {
    auto* button = new QPushButton(text, this);
    button->setObjectName(objectName);
    button->setProperty("small", true);
    m_line->addWidget(button);
    return button;
}

void ProgressStrip::say(const QString& sentence) {
    m_state->setFullText(sentence);
}

void ProgressStrip::showBusy() {
    m_bar->setRange(0, 0);
    m_bar->show();
}

void ProgressStrip::showProgress(const WorkerProgress& progress) {
    m_bar->setRange(0, progress.total);
    m_bar->setValue(progress.done);
    m_bar->show();
}

} // namespace intersect::ui
