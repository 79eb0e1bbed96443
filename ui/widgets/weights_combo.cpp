// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/weights_combo.h"

#include <QFileDialog>
#include <QSignalBlocker>

#include "ui/pages/picture_detection.h"
#include "ui/text.h"
#include "ui/weights_choices.h"

namespace intersect::ui {

namespace {
const QString kBrowse = QStringLiteral("browse");
}

WeightsCombo::WeightsCombo(Session& session, const QString& none, QWidget* parent) : QComboBox(parent), m_session(session), m_none(none) {
    setAccessibleName(tr("Weights"));
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(8);
    connect(this, &QComboBox::activated, this, &WeightsCombo::take);
    connect(&session, &Session::runsChanged, this, &WeightsCombo::refill);
    connect(&session, &Session::workspaceChanged, this, &WeightsCombo::refill);
    refill();
}

void WeightsCombo::setFile(const QString& file) {
    if (file == m_file && count() > 0)
        return;
    m_file = file;
    refill();
}

void WeightsCombo::refill() {
    const QSignalBlocker quiet(this);
    clear();
    addItem(m_none.isEmpty() ? tr("Choose weights…") : m_none, QString());
    const auto add = [this](const QString& file) {
        if (file.isEmpty() || findData(file) >= 0)
            return;
        addItem(PictureDetection::weightsName(file), file);
        setItemData(count() - 1, file, Qt::ToolTipRole);
    };
    add(m_file);
    for (const QString& file : knownWeights(m_session))
        add(file);
    addItem(tr("Another file…"), kBrowse);
    setCurrentIndex(std::max(0, findData(m_file)));
    setToolTip(m_file.isEmpty() ? tr("The network that looks at the frames") : m_file);
}

void WeightsCombo::take(int index) {
    QString file = itemData(index).toString();
    if (file == kBrowse) {
        const QStringList recent = recentWeights();
        file = QFileDialog::getOpenFileName(this, tr("Choose weights"), recent.isEmpty() ? QString() : QFileInfo(recent.first()).path(), weightsFilter());
        if (file.isEmpty())
            file = m_file;
    }
    m_file = file;
    refill();
    Q_EMIT fileChosen(file);
}

} // namespace intersect::ui
