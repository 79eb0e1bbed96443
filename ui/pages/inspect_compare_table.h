// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>

#include <QWidget>

#include "ui/models/cell_table.h"
#include "ui/models/compared.h"
#include "ui/widgets/cell_view.h"
#include "ui/widgets/error_pairs.h"
#include "ui/widgets/found_bar.h"
#include "ui/widgets/themed_label.h"

namespace intersect::ui {

/// The boxes of the frame as A and B see them, differences first; beside it who found its objects, and the errors of both by type. GUI
/// thread only.
class CompareDetails : public QWidget {
    Q_OBJECT
public:
    explicit CompareDetails(std::function<QString(int)> className, QWidget* parent = nullptr);
    /// The rows are the frame's boxes, without those both agree on if only differences are wanted.
    void setFrame(const ComparedFrame& frame, bool onlyDifferences);
    void clear(const QString& why);
    void setErrors(std::optional<ErrorCounts> a, std::optional<ErrorCounts> b, std::int64_t frames);
    void choose(int box); ///< place in ComparedFrame::boxes, -1: none; no signal
    void setFileName(const QString& name) { m_view->setSaveable(name); }

Q_SIGNALS:
    void boxChosen(int box);

private:
    std::function<QString(int)> m_className;
    CellTable* m_table;
    CellView* m_view;
    ThemedLabel *m_caption, *m_errorCaption;
    FoundBar* m_found;
    ErrorPairs* m_errors;
};

} // namespace intersect::ui
