// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <QAbstractListModel>

#include "core/eval/suspect_labels.h"
#include "ui/models/inspection.h"

namespace intersect::ui {

/// Labels that may be wrong, most suspect first. GUI thread only.
class SuspectListModel : public QAbstractListModel {
    Q_OBJECT
public:
    explicit SuspectListModel(std::function<QString(int)> className, QObject* parent = nullptr)
        : QAbstractListModel(parent), m_className(std::move(className)) {}
    void setSuspects(std::shared_ptr<const Inspection> inspection, std::vector<eval::Suspect> suspects);
    const std::shared_ptr<const Inspection>& inspection() const { return m_inspection; }
    const eval::Suspect& suspect(int row) const { return m_suspects[static_cast<std::size_t>(row)]; }
    void remove(int row);
    QString kindText(int row) const;    ///< "Label missing: car?"
    QString placeText(int row) const;   ///< camera and time
    QString numbersText(int row) const; ///< "score 0.83, IoU 0.12"
    /// The label and what the network sees, whichever there are, with their words.
    struct Box {
        BoxXyxy box;
        QString words;
    };
    std::vector<Box> boxes(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    const eval::TruthBox* labelOf(const eval::Suspect& suspect) const;
    const detect::Detection* foundOf(const eval::Suspect& suspect) const;
    std::function<QString(int)> m_className;
    std::shared_ptr<const Inspection> m_inspection;
    std::vector<eval::Suspect> m_suspects;
};

} // namespace intersect::ui
