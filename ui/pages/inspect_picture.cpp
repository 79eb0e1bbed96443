// SPDX-License-Identifier: GPL-3.0-or-later
// What lies round the picture on Inspect: which pictures are decoded ahead, which classes it shows, and the heat of
// what its camera misses.
#include <algorithm>
#include <map>

#include <QMenu>

#include "core/base/numbers.h"
#include "ui/pages/inspect_page.h"
#include "ui/text.h"

namespace intersect::ui {
namespace {

constexpr int kAhead = 3; ///< frames decoded ahead in the direction one goes

} // namespace

void InspectPage::addPictureTools(QHBoxLayout* tools) {
    m_shown = new ShownButton({m_canvas, m_compare->canvas(0), m_compare->canvas(1)}, tools->parentWidget());
    tools->addWidget(m_shown);
    m_heatToggle = new QPushButton(tr("Missed heat"), tools->parentWidget());
    m_heatToggle->setObjectName(QStringLiteral("heatToggle"));
    m_heatToggle->setCheckable(true);
    m_heatToggle->setProperty("small", true);
    m_heatToggle->setFocusPolicy(Qt::TabFocus);
    m_heatToggle->setToolTip(
        tr("Where all frames of this camera miss objects at these thresholds, in missed objects per pixel (H)"));
    tools->addWidget(m_heatToggle);
    connect(m_shown->menu(), &QMenu::aboutToShow, this, [this] {
        if (m_inspection)
            listClasses(); // at the confidence of now
    });
    connect(m_heatToggle, &QPushButton::toggled, this, &InspectPage::showHeat);
    connect(m_shown, &ShownButton::hiddenChanged, this, [this] {
        const QStringList hidden = m_shown->hiddenNames();
        say(hidden.isEmpty() ? tr("All classes are shown.")
                             : tr("Not shown on the picture: %1. The table and the counts still have them.")
                                   .arg(hidden.join(QStringLiteral(", "))));
    });
    connect(m_viewSwitch, &SegmentedButtons::currentChanged, this,
            [this] { m_heatToggle->setVisible(!comparing() && m_inspection && m_inspection->anyJudged()); });
    connect(m_canvas, &ImageCanvas::saveWanted, this, &InspectPage::exportImage);
    connect(m_canvas, &ImageCanvas::copied, this,
            [this] { say(tr("The picture with its boxes is on the clipboard, at full resolution.")); });
    connect(&m_loader, &PictureLoader::came, this, [this](const std::filesystem::path& file, const QImage& picture) {
        if (m_frame >= 0 && m_inspection->detections.images[static_cast<std::size_t>(m_frame)].file == file)
            pictureCame(
                static_cast<std::uint32_t>(m_frame), picture,
                picture.isNull()
                    ? tr("This picture cannot be read: %1. Its boxes are listed at the right.").arg(qs(file.filename()))
                    : QString());
    });
    connect(&session(), &Session::datasetChanged, &m_loader, &PictureLoader::clear);
}

std::vector<std::filesystem::path> InspectPage::picturesAhead() {
    std::vector<std::filesystem::path> ahead;
    const int row = m_list->currentIndex().row();
    const int by = row < m_rowBefore ? -1 : 1;
    m_rowBefore = row;
    if (row < 0 || onSuspects())
        return ahead;
    for (const int step : {by, 2 * by, kAhead * by, -by})
        if (const int next = row + step; next >= 0 && next < m_listModel->rowCount())
            ahead.push_back(m_inspection->detections.images[m_listModel->frameAt(next)].file);
    return ahead;
}

void InspectPage::listClasses() {
    std::map<int, qint64> counts;
    for (const eval::TruthBox& object : m_inspection->truth.boxes)
        ++counts[object.classId];
    const auto least = static_cast<float>(session().confidence());
    for (const detect::Detection& detection : m_inspection->detections.detections)
        if (detection.score >= least)
            ++counts[detection.classId];
    // A hidden class stays in the list, so that it stays hidden whatever the slider does.
    for (std::size_t id = 0; id < m_inspection->detections.names.size(); ++id)
        if (m_shown->hides(className(static_cast<int>(id))))
            counts.try_emplace(static_cast<int>(id), 0);
    std::vector<ShownButton::Entry> classes;
    for (const auto& [id, count] : counts)
        classes.push_back({id, className(id), count});
    std::ranges::stable_sort(classes, [](const auto& a, const auto& b) { return a.boxes > b.boxes; });
    m_shown->setClasses(classes);
}

void InspectPage::showHeat() {
    const bool wanted = m_heatToggle->isChecked() && m_inspection && m_frame >= 0 && m_inspection->anyJudged();
    if (!wanted) {
        m_heatJob.cancel();
        m_heatOf = {};
        m_canvas->setHeat(std::nullopt);
        return;
    }
    const HeatOf of{m_inspection, m_inspection->frames[static_cast<std::size_t>(m_frame)].camera,
                    session().confidence(), session().matchIou()};
    if (of == m_heatOf)
        return; // shown, or on its way
    if (!m_heatOf.inspection || m_heatOf.inspection->cameras[m_heatOf.camera] != of.inspection->cameras[of.camera])
        m_canvas->setHeat(std::nullopt); // another camera's says nothing here
    m_heatOf = of;
    struct Found {
        MissedHeat heat;
        QImage image;
    };
    m_heatJob.start(
        [of](const JobRunner::Cancelled& cancelled) {
            Found found{findMissedHeat(*of.inspection, of.camera, of.confidence, of.matchIou, cancelled), {}};
            if (!cancelled())
                found.image = heatImage(found.heat);
            return found;
        },
        [this, of](const Found& found) {
            const QString name = qs(of.inspection->cameras[of.camera]);
            m_canvas->setHeat(
                ShownHeat{found.image, found.heat.most,
                          tr("Camera %1: %2 missed in %3 frames")
                              .arg(name, qs(formatGrouped(found.heat.objects)), qs(formatGrouped(found.heat.frames)))});
        });
}

} // namespace intersect::ui
