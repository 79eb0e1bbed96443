// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/select_frames.h"

#include <algorithm>
#include <unordered_map>

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/pages/select_tiles.h"
#include "ui/text.h"
#include "ui/widgets/camera_strip.h"
#include "ui/widgets/segmented_buttons.h"

namespace intersect::ui {

namespace {
enum Which { Chosen, AllOfCamera };
}

SelectFrames::SelectFrames(QWidget* parent) : QWidget(parent) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    auto* row = new QHBoxLayout;
    m_heading = new ThemedLabel(tr("Chosen frames"), FontRole::SectionHeading);
    m_heading->setObjectName(QStringLiteral("chosenHeading"));
    m_which = new SegmentedButtons({tr("Chosen"), tr("All of a camera")});
    m_which->setObjectName(QStringLiteral("chosenWhich"));
    m_which->setToolTip(tr("All of a camera: also the frames that are not chosen, to put single ones in"));
    m_order = new SegmentedButtons({tr("By camera"), tr("By time"), tr("By split")});
    m_order->setObjectName(QStringLiteral("chosenOrder"));
    row->addWidget(m_heading, 1);
    row->addWidget(m_which);
    row->addWidget(m_order);
    layout->addLayout(row);
    m_strip = new CameraStrip;
    m_strip->setObjectName(QStringLiteral("chosenCameras"));
    layout->addWidget(m_strip);
    m_tiles = new ChosenFrames;
    m_tiles->setObjectName(QStringLiteral("chosenStrip"));
    m_tiles->setMinimumHeight(84);
    layout->addWidget(m_tiles, 1);
    m_keys = new ThemedLabel(tr("S puts a frame in or takes it out, P pins it; the menu bars it."), FontRole::Caption, Tone::Text3);
    layout->addWidget(m_keys);

    connect(m_which, &SegmentedButtons::currentChanged, this, &SelectFrames::fillTiles);
    connect(m_order, &SegmentedButtons::currentChanged, this, &SelectFrames::fillTiles);
    connect(m_strip, &CameraStrip::frameChosen, this, &SelectFrames::goTo);
    connect(m_tiles, &ChosenFrames::toggled, this, &SelectFrames::toggle);
    connect(m_tiles, &ChosenFrames::pinToggled, this, &SelectFrames::togglePin);
    connect(m_tiles, &ChosenFrames::barToggled, this, &SelectFrames::toggleBar);
    connect(m_tiles, &ChosenFrames::currentChanged, this, &SelectFrames::followCurrent);
    connect(m_tiles, &ChosenFrames::activated, this, [this](const std::filesystem::path& file) { Q_EMIT frameActivated(qs(file)); });
}

void SelectFrames::show(const Shown& shown, const SelectState& state) {
    m_shown = shown;
    m_state = state;
    if (!m_shown.dataset || !m_shown.selection)
        return;
    fillStrip();
    fillTiles();
}

void SelectFrames::setCamera(const std::string& id) {
    if (m_camera == id)
        return;
    m_camera = id;
    if (m_which->current() == AllOfCamera && m_shown.dataset)
        fillTiles();
}

const data::Camera* SelectFrames::camera() const {
    const data::Camera* first = nullptr;
    for (const data::Camera& camera : m_shown.dataset->cameras) {
        if (camera.id() == m_camera)
            return &camera;
        if (first == nullptr && !m_shown.rows.empty() && camera.id() == m_shown.rows.front().camera)
            first = &camera;
    }
    return first;
}

void SelectFrames::fillStrip() {
    const data::Dataset& dataset = *m_shown.dataset;
    auto marks = std::make_shared<FrameMarks>();
    marks->use.assign(dataset.frames.size(), FrameUse::Unused);
    const select::Selection& selection = *m_shown.selection;
    for (std::size_t i = 0; i < selection.images.size(); ++i) {
        const auto place = m_shown.places->find(selection.images[i]);
        if (!place)
            continue;
        const bool dealt = m_shown.deal && i < m_shown.deal->sides.size();
        marks->use[*place] = !dealt || m_shown.deal->sides[i] == Deal::Side::Dropped ? FrameUse::Chosen : m_shown.deal->sides[i] == Deal::Side::Val ? FrameUse::Val : FrameUse::Train;
    }
    std::unordered_map<std::string, std::uint32_t> byId;
    for (std::uint32_t i = 0; i < dataset.cameras.size(); ++i)
        byId.emplace(dataset.cameras[i].id(), i);
    std::vector<std::uint32_t> cameras;
    for (const select::CameraQuota& row : m_shown.rows)
        if (const auto found = byId.find(row.camera); found != byId.end())
            cameras.push_back(found->second);
    m_strip->setCameras(m_shown.dataset, marks, cameras);
}

void SelectFrames::fillTiles() {
    if (!m_shown.dataset || !m_shown.selection)
        return;
    const bool all = m_which->current() == AllOfCamera;
    m_order->setVisible(!all);
    if (const data::Camera* of = all ? camera() : nullptr; of != nullptr) {
        std::vector<ChosenFrames::Tile> tiles = tilesOfCamera(*m_shown.dataset, *of, m_shown.selection.get(), m_shown.deal.get(), m_state);
        const auto chosen = std::count_if(tiles.begin(), tiles.end(), [](const ChosenFrames::Tile& tile) { return tile.chosen(); });
        keepParts(tiles);
        m_heading->setText(tr("Frames of %1   %2 of %3 chosen").arg(qs(of->name), qs(formatGrouped(chosen)), qs(formatGrouped(static_cast<std::int64_t>(tiles.size())))));
        m_tiles->setTiles(std::move(tiles));
        return;
    }
    std::vector<ChosenFrames::Tile> tiles = tilesOf(*m_shown.selection, m_shown.deal.get(), m_shown.rows, m_state, static_cast<TileOrder>(m_order->current()));
    keepParts(tiles);
    m_heading->setText(tr("Chosen frames   %1").arg(qs(formatGrouped(static_cast<std::int64_t>(tiles.size())))));
    m_tiles->setTiles(std::move(tiles));
}

void SelectFrames::keepParts(std::vector<ChosenFrames::Tile>& tiles) const {
    if (m_shown.deal)
        return;
    std::unordered_map<std::string, ChosenFrames::Part> before;
    for (const ChosenFrames::Tile& tile : m_tiles->tiles())
        if (tile.chosen())
            before.emplace(tile.file.native(), tile.part);
    for (ChosenFrames::Tile& tile : tiles)
        if (const auto found = before.find(tile.file.native()); tile.chosen() && found != before.end())
            tile.part = found->second;
}

void SelectFrames::goTo(std::uint32_t frame) {
    const data::Frame& of = m_shown.dataset->frames[frame];
    m_camera = m_shown.dataset->cameras[of.camera].id();
    if (m_which->current() == Chosen && m_tiles->goTo(of.path))
        return;
    if (m_which->current() == Chosen)
        m_which->setCurrent(AllOfCamera); // only there it can be seen
    else
        fillTiles();
    m_tiles->goTo(of.path);
}

void SelectFrames::followCurrent() {
    const int index = m_tiles->current();
    std::optional<std::uint32_t> place;
    if (index >= 0 && m_shown.places)
        place = m_shown.places->find(m_tiles->tiles()[static_cast<std::size_t>(index)].file);
    m_strip->setCurrent(place ? static_cast<std::int64_t>(*place) : -1);
}

bool SelectFrames::isChosen(const std::filesystem::path& file) const {
    return m_shown.selection && std::find(m_shown.selection->images.begin(), m_shown.selection->images.end(), file) != m_shown.selection->images.end();
}

void SelectFrames::toggle(const std::filesystem::path& file) {
    SelectState next = m_state;
    const QString name = qs(file.stem());
    if (isChosen(file)) {
        next.pins.erase(file);
        if (next.added.erase(file) == 0)
            next.removed.insert(file);
        Q_EMIT edited(next, tr("take out %1").arg(name), false);
        return;
    }
    next.bars.erase(file);
    if (next.removed.erase(file) == 0)
        next.added.insert(file);
    Q_EMIT edited(next, tr("put in %1").arg(name), false);
}

void SelectFrames::togglePin(const std::filesystem::path& file) {
    SelectState next = m_state;
    const QString name = qs(file.stem());
    if (next.pins.erase(file) > 0) {
        // Unpinned it stays where it is until the next draw.
        if (isChosen(file))
            next.added.insert(file);
        Q_EMIT edited(next, tr("unpin %1").arg(name), false);
        return;
    }
    next.pins.insert(file);
    next.bars.erase(file);
    if (!next.given) // a list that was given takes no pins
        next.added.erase(file);
    else if (!isChosen(file))
        next.added.insert(file);
    next.removed.erase(file);
    Q_EMIT edited(next, tr("pin %1").arg(name), false);
}

void SelectFrames::toggleBar(const std::filesystem::path& file) {
    SelectState next = m_state;
    const QString name = qs(file.stem());
    if (next.bars.erase(file) > 0) {
        Q_EMIT edited(next, tr("allow %1 again").arg(name), false);
        return;
    }
    next.bars.insert(file);
    next.pins.erase(file);
    next.added.erase(file);
    next.removed.erase(file);
    Q_EMIT edited(next, tr("bar %1").arg(name), false);
}

} // namespace intersect::ui
