// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <QAbstractListModel>

#include "ui/models/patch_list.h"

namespace intersect::ui {

/// "IoU 0.87 · 46×31 px · 2703": what there is to say of a patch beside its verdict, class and score.
QString patchFactsText(const Inspection& inspection, const Patch& patch);

/// "412 invented boxes of car above 0.50": how many patches a choice shows. `judged` false: no box has a verdict.
QString patchesSentence(std::int64_t count, const PatchChoice& choice, const QString& className, bool judged);

/// The chosen patches in order. GUI thread only.
class PatchListModel : public QAbstractListModel {
    Q_OBJECT
public:
    explicit PatchListModel(std::function<QString(int)> className, QObject* parent = nullptr);

    /// Replaces what is listed; `patches` belong to the inspection, `rows` are places in them.
    void setPatches(std::shared_ptr<const Inspection> inspection, std::shared_ptr<const std::vector<Patch>> patches, std::vector<std::uint32_t> rows);
    const std::shared_ptr<const Inspection>& inspection() const { return m_inspection; }
    const std::shared_ptr<const std::vector<Patch>>& patches() const { return m_patches; }
    const std::vector<std::uint32_t>& rows() const { return m_rows; }
    const Patch& patchAt(int row) const { return (*m_patches)[m_rows[static_cast<std::size_t>(row)]]; }
    /// The row of the same box, here maybe at other thresholds; -1: not listed.
    int rowOf(const Patch& patch) const;
    QString className(int classId) const { return m_className(classId); }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::function<QString(int)> m_className;
    std::shared_ptr<const Inspection> m_inspection;
    std::shared_ptr<const std::vector<Patch>> m_patches;
    std::vector<std::uint32_t> m_rows;
};

} // namespace intersect::ui
