// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include <QComboBox>
#include <QWidget>

#include "ui/models/cell_table.h"
#include "ui/pages/losses_run_source.h"
#include "ui/widgets/cell_view.h"
#include "ui/widgets/line_chart.h"

namespace intersect::ui {

/// Two runs epoch by epoch: how many val cells changed sides at p 0.5, and the AP of each class, rare classes first, with the epochs it
/// took to 90 % of its best. GUI thread only.
class RunEpochs : public QWidget {
    Q_OBJECT
public:
    explicit RunEpochs(Session& session, QWidget* parent = nullptr);

private:
    /// A run's place: A or B.
    struct Place {
        QComboBox* combo = nullptr;
        RunSource* source = nullptr;
        std::optional<QString> wanted; ///< the user's choice, empty for none; nullopt: the best known one
    };
    QWidget* makeHead();
    QWidget* makeClasses();
    void fillRuns();
    void draw();
    void drawCrossings();
    void fillClasses();
    void drawClass();
    const RunTruth* truth(std::size_t place) const { return m_places[place].source->truth().get(); }
    QString className(int id) const;
    QColor colour(std::size_t place) const;

    RunList* m_list;
    std::array<Place, 2> m_places;
    LineChart *m_positives, *m_negatives, *m_ap;
    CellTable* m_classes;
    CellView* m_classView;
};

} // namespace intersect::ui
