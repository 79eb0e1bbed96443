// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include <QWidget>

#include "core/select/chosen_list.h"
#include "ui/pages/select_deal.h"
#include "ui/widgets/chosen_frames.h"
#include "ui/widgets/themed_label.h"

namespace intersect::ui {

class CameraStrip;
class SegmentedButtons;

/// The chosen frames: a strip with every camera's frames in time order, and tiles of the chosen frames or of all frames of one camera, in which single frames
/// are put in, taken out, pinned and barred. GUI thread only.
class SelectFrames : public QWidget {
    Q_OBJECT
public:
    struct Shown {
        std::shared_ptr<const data::Dataset> dataset;
        std::shared_ptr<const select::FramePlaces> places;
        std::shared_ptr<const select::Selection> selection; ///< null: nothing chosen yet
        std::shared_ptr<const Deal> deal;                   ///< null: not dealt yet
        std::vector<select::CameraQuota> rows;              ///< cameras in the order of the table
    };
    explicit SelectFrames(QWidget* parent = nullptr);
    void show(const Shown& shown, const SelectState& state);
    /// The camera whose frames "All of a camera" shows, by its id; the first row's at the start.
    void setCamera(const std::string& id);

Q_SIGNALS:
    /// The state with one frame treated otherwise by hand, and what Undo calls it.
    void edited(const intersect::ui::SelectState& state, const QString& what, bool merge);
    void frameActivated(const QString& path);

private:
    void fillStrip();
    void fillTiles();
    /// Until the frames are dealt anew, a tile shows where it stood before.
    void keepParts(std::vector<ChosenFrames::Tile>& tiles) const;
    void goTo(std::uint32_t frame);
    void toggle(const std::filesystem::path& file);
    void togglePin(const std::filesystem::path& file);
    void toggleBar(const std::filesystem::path& file);
    bool isChosen(const std::filesystem::path& file) const;
    const data::Camera* camera() const;
    void followCurrent();

    Shown m_shown;
    SelectState m_state;
    std::string m_camera;
    ThemedLabel* m_heading;
    SegmentedButtons* m_which;
    SegmentedButtons* m_order;
    CameraStrip* m_strip;
    ChosenFrames* m_tiles;
    ThemedLabel* m_keys;
};

} // namespace intersect::ui
