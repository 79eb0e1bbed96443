// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/labelled_fields.h"

#include <QHBoxLayout>

#include "ui/widgets/themed_label.h"

namespace intersect::ui {

QWidget* labelledFields(const QString& label, const QList<QWidget*>& fields, QWidget* parent) {
    auto* box = new QWidget(parent);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    auto* word = new ThemedLabel(label, FontRole::Body, Tone::Text2, box);
    word->setBuddy(fields.first());
    row->addWidget(word);
    for (QWidget* field : fields)
        row->addWidget(field);
    return box;
}

} // namespace intersect::ui
