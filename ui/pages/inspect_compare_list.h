// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <vector>

#include <QComboBox>
#include <QListView>
#include <QStackedWidget>

#include "ui/models/compared_lists.h"
#include "ui/widgets/chip_button.h"
#include "ui/widgets/segmented_buttons.h"
#include "ui/widgets/themed_label.h"

namespace intersect::ui {

/// What changed from A to B at the left of Inspect: by frame, most broken, fixed or wrong in both first, or box by box; and the sums of all.
/// GUI thread only.
class CompareList : public QWidget {
    Q_OBJECT
public:
    explicit CompareList(std::function<QString(int)> className, QWidget* parent = nullptr);
    /// What is compared; null while nothing is.
    void setComparing(std::shared_ptr<const Comparing> comparing);
    /// The frames the page lists, in any order.
    void setListed(const std::vector<std::uint32_t>& frames);
    /// Leaves out what both sides agree on.
    void setOnlyDifferences(bool only);
    /// The frame shown: its row is chosen, without a signal.
    void setFrame(std::int64_t frame);
    void step(int by); ///< to another row of the list that is seen
    /// "Save as CSV" of the boxes; false if the file cannot be written.
    bool saveCsv(const QString& file) const;

Q_SIGNALS:
    void frameWanted(quint32 frame);
    void boxWanted(const intersect::eval::BoxChange& box);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QListView* addList(const char* objectName, const QString& name, QAbstractItemModel* model);
    void buildFrames();
    void buildBoxes();
    void showFrames();
    void showBoxes();
    void showCounts();
    void showSums();
    void boxMenu(const QPoint& at);
    void copyCsv() const;
    bool onBoxes() const { return m_switch->current() == 1; }

    std::function<QString(int)> m_className;
    std::shared_ptr<const Comparing> m_comparing;
    std::vector<std::uint32_t> m_listed;
    std::vector<char> m_listedFlags; ///< by frame
    bool m_onlyDifferences = false;
    std::int64_t m_frame = -1;
    SegmentedButtons *m_switch, *m_order;
    QStackedWidget* m_stack;
    ComparedFramesModel* m_framesModel;
    ComparedBoxesModel* m_boxesModel;
    QListView *m_frames, *m_boxes;
    std::array<ChipButton*, 3> m_chips{}; ///< broken, fixed, wrong in both
    QComboBox* m_classes;
    ThemedLabel *m_none, *m_sums;
};

} // namespace intersect::ui
