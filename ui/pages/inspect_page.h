// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include <QComboBox>
#include <QPushButton>
#include <QStackedWidget>
#include <QTimer>

#include "ui/models/box_table_model.h"
#include "ui/models/inspect_list_model.h"
#include "ui/models/inspection.h"
#include "ui/pages/page.h"
#include "ui/widgets/box_table.h"
#include "ui/widgets/image_canvas.h"
#include "ui/widgets/inline_message.h"
#include "ui/widgets/inspect_list.h"
#include "ui/widgets/segmented_buttons.h"
#include "ui/widgets/themed_label.h"
#include "ui/widgets/threshold_panel.h"

namespace intersect::ui {

/// What a run found, missed and invented, frame by frame, worst first; two sliders move the thresholds of all. GUI thread only.
class InspectPage : public Page {
    Q_OBJECT
public:
    explicit InspectPage(Session& session, QWidget* parent = nullptr);

    QString name() const override { return QStringLiteral("inspect"); }
    QString title() const override { return tr("Inspect"); }
    QString subtitle() const override;
    QStringList command() const override;
    QList<QAbstractButton*> headButtons() override { return {m_export}; }
    QString helpText() const override;
    /// Saves the picture with its overlay at full resolution; false if that failed.
    bool exportTo(const QString& file);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    QWidget* buildLeft();
    QWidget* buildCentre();
    QWidget* buildRight();

    void refreshRuns();                 ///< combos from the disk, then load
    void load(const QString& run, const QString& split);
    void take(std::shared_ptr<const Inspection> inspection, std::vector<VerdictCounts> counts);
    void showNothing();
    void detect();
    void detected(const WorkerClient::End& end);

    void reorder();                     ///< sort or camera changed
    void recount();                     ///< thresholds moved: this frame now, the others from the pool
    void goTo(std::uint32_t frame);
    void goToPath(const QString& path);
    void step(int by);
    void showBoxes();
    void showSums();
    void chooseBox(int index);
    void nextError(int by);
    void pictureCame(std::uint32_t frame, const QImage& picture, const QString& problem);
    void exportImage();
    void say(const QString& text); ///< the page's status line
    std::filesystem::path detectionsFile(const QString& run, const QString& split) const;
    QString className(int id) const;

    QString m_run, m_split, m_said;
    std::filesystem::path m_loadedFile;
    std::filesystem::file_time_type m_loadedTime{};
    std::shared_ptr<const Inspection> m_inspection;
    std::int64_t m_frame = -1;
    std::int64_t m_pictureFrame = -1; ///< whose picture the canvas shows
    QString m_wantedPath;             ///< to go to once the run is there

    QComboBox *m_runs, *m_splits, *m_cameras;
    SegmentedButtons* m_sort;
    InspectListModel* m_listModel;
    InspectList* m_list;
    ThemedLabel* m_hint;
    QStackedWidget* m_stack;
    EmptyState* m_empty;
    InlineMessage* m_problem;
    ImageCanvas* m_canvas;
    ThemedLabel* m_zoom;
    NeighbourStrip* m_neighbours;
    ThresholdPanel* m_thresholds;
    ThemedLabel *m_frameName, *m_runName, *m_sumName;
    VerdictSummary *m_frameSummary, *m_sumSummary;
    BoxTableModel* m_boxModel;
    BoxTable* m_boxes;
    QPushButton* m_export;

    JobRunner m_loadJob, m_countJob, m_pictureJob;
    QTimer m_pictureDelay;
    WorkerClient m_worker;
};

} // namespace intersect::ui
