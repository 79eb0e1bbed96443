// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>
#include <QWidget>

#include "core/data/dataset.h"
#include "core/data/finding_groups.h"
#include "ui/models/frame_marks.h"

namespace intersect::ui {

class InlineMessage;
class ThemedLabel;

/// What is wrong or suspect in the data, by kind: how grave, how often, why it matters, what to do; every number leads to its frames or files.
/// Kinds come from the findings themselves, so that new ones appear. A button looks deeper. GUI thread only.
class HealthView : public QWidget {
    Q_OBJECT
public:
    explicit HealthView(QWidget* parent = nullptr);
    /// Groups that are the same as before stay as they are.
    void setFindings(const std::shared_ptr<const data::Dataset>& dataset, const std::shared_ptr<const FrameMarks>& marks);
    /// The deep look: never made (0) or when; and while it runs how far it is.
    void setDeepTime(std::int64_t seconds);
    void setDeepProgress(const QString& text, double part);
    void setDeepEnded(const QString& problem = {}, const QString& advice = {});
    /// "Label out of range" for "label-range"; the code in words where it is not known.
    static QString titleOf(const std::string& code);

Q_SIGNALS:
    void framesRequested(const std::string& code);
    void frameRequested(quint32 frame);
    void deepRequested();
    void deepCancelled();

private:
    void fill();
    QWidget* rowOf(const data::FindingGroup& group);
    QWidget* listOf(const data::FindingGroup& group);
    std::shared_ptr<const data::Dataset> m_dataset;
    std::shared_ptr<const FrameMarks> m_marks;
    std::vector<data::FindingGroup> m_groups;
    ThemedLabel *m_summary, *m_deepText;
    QPushButton *m_deep, *m_cancel;
    QProgressBar* m_bar;
    InlineMessage* m_problem;
    QWidget* m_rows;
    QVBoxLayout* m_column;
};

} // namespace intersect::ui
