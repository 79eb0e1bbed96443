// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/patch_grid.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <QKeyEvent>
#include <QPainter>

#include "ui/models/box_table_model.h"
#include "ui/models/patch_list_model.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/frame_painting.h"
#include "ui/widgets/verdict_painting.h"

namespace intersect::ui {
namespace {

constexpr int kCaption = 50; ///< two lines and the gap to the next row
constexpr int kSheetMargin = 12;
constexpr int kStillMs = 120;

/// What a tile shows of its picture.
QRect windowOf(const PatchListModel& model, const Patch& patch) {
    return patchWindow(patch.box.box, model.inspection()->detections.images[patch.frame].size, PatchGrid::kProportions);
}

/// Draws one tile of the patch grid. Round an invented box the true ones are drawn too.
class PatchDelegate : public TileDelegate {
public:
    explicit PatchDelegate(PatchProvider& provider) : TileDelegate(kCaption), m_provider(provider) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const auto* model = qobject_cast<const PatchListModel*>(index.model());
        if (model == nullptr)
            return;
        const Patch& patch = model->patchAt(index.row());
        const detect::ImageEntry& image = model->inspection()->detections.images[patch.frame];
        const QRectF room = pictureRoom(option);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setRenderHint(QPainter::SmoothPixmapTransform);
        const QRect window = windowOf(*model, patch);
        QRectF shown = fitted(window.size(), room);
        shown.moveTopLeft(shown.topLeft().toPoint()); // pixel on pixel
        const QSize pixels = (room.size() * painter->device()->devicePixelRatioF()).toSize();
        paintPicture(*painter, room, shown, m_provider.patch(image.file, window, pixels), m_provider.failed(image.file));
        if (boxesShown()) {
            const double scale = shown.width() / window.width();
            const QTransform viewFromImage = QTransform::fromTranslate(shown.left(), shown.top()).scale(scale, scale).translate(-window.x(), -window.y());
            OverlayLook look;
            look.className = [model](int id) { return model->className(id); };
            look.truth = patch.box.judged && patch.box.verdict == eval::Verdict::FP; // what it should have been
            painter->setClipRect(shown, Qt::IntersectClip);
            paintOverlay(*painter, {patch.box}, model->inspection()->truth.of(patch.frame), viewFromImage, shown, look, {});
            painter->setClipping(false);
        }
        paintChosen(*painter, room, isCurrent(option, index), (option.state & QStyle::State_Selected) != 0);
        paintWords(*painter, QRectF(room.left(), room.bottom() + 4, room.width(), 36), *model, patch);
        painter->restore();
    }

private:
    /// Verdict, class and score, at the right the error; below them IoU, size and camera.
    static void paintWords(QPainter& painter, const QRectF& place, const PatchListModel& model, const Patch& patch) {
        const Theme& theme = Theme::instance();
        const Palette& palette = theme.palette();
        const QFont caption = Theme::font(FontRole::Caption);
        const QFontMetricsF metrics(caption);
        QRectF line(place.left(), place.top(), place.width(), 18);
        InspectedBox bare = patch.box;
        bare.judged = false; // the chip says the verdict
        if (patch.box.judged)
            line.setLeft(line.left() + paintVerdictChip(painter, line.topLeft() + QPointF(0, 1), patch.box.verdict, verdictWord(patch.box.verdict), 16) + 6);
        painter.setFont(caption);
        painter.setPen(palette.text);
        const QString words = metrics.elidedText(verdictLabel(bare, model.className(patch.box.classId)), Qt::ElideRight, line.width());
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, words);
        painter.setPen(palette.text3);
        if (const QString error = BoxTableModel::errorText(patch.box);
            metrics.horizontalAdvance(words) + metrics.horizontalAdvance(error) + 8 <= line.width())
            painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, error);
        const QRectF below(place.left(), place.top() + 19, place.width(), 16);
        painter.drawText(below, Qt::AlignLeft | Qt::AlignVCenter, metrics.elidedText(patchFactsText(*model.inspection(), patch), Qt::ElideRight, below.width()));
    }
    PatchProvider& m_provider;
};

} // namespace

PatchGrid::PatchGrid(QWidget* parent) : TileGrid(new PatchDelegate(m_provider), parent) {
    setObjectName(QStringLiteral("patchGrid"));
    setAccessibleName(tr("Boxes, one picture each"));
    setProportions(kProportions);
    connect(&m_provider, &PatchProvider::ready, viewport(), qOverload<>(&QWidget::update));
    connect(&m_provider, &PatchProvider::ready, this, &PatchGrid::fetchAhead);
    m_still.setSingleShot(true);
    m_still.setInterval(kStillMs);
    connect(this, &TileGrid::viewMoved, &m_still, qOverload<>(&QTimer::start));
    connect(&m_still, &QTimer::timeout, this, [this] {
        m_aheadWanted = true;
        fetchAhead();
    });
}

void PatchGrid::fetchAhead() {
    const auto* patches = qobject_cast<const PatchListModel*>(model());
    const auto [first, last] = visibleRows();
    if (!m_aheadWanted || !m_provider.isIdle() || patches == nullptr || first < 0 || !isVisible())
        return;
    m_aheadWanted = false; // once a place: where the store is too small for all, nothing is fetched in circles
    const int page = last - first + 1;
    const QSize pixels = (QSizeF(static_cast<const TileDelegate*>(itemDelegate())->tile()) * devicePixelRatioF()).toSize();
    for (int row = std::max(0, first - page); row <= std::min(last + page, patches->rowCount() - 1); ++row) {
        if (row >= first && row <= last)
            continue;
        const Patch& patch = patches->patchAt(row);
        m_provider.patch(patches->inspection()->detections.images[patch.frame].file, windowOf(*patches, patch), pixels);
    }
}

std::vector<int> PatchGrid::rowsInSight() const {
    const auto [first, last] = visibleRows();
    std::vector<int> rows(first < 0 ? 0 : static_cast<std::size_t>(last - first + 1));
    std::iota(rows.begin(), rows.end(), first);
    return rows;
}

QImage PatchGrid::sheet(const std::vector<int>& rows) {
    if (rows.empty())
        return {};
    const int count = static_cast<int>(rows.size()), across = std::min(columns(), count), down = (count + across - 1) / across;
    const QSize size(across * gridSize().width() + kSheetMargin, down * gridSize().height() + kSheetMargin);
    QImage picture(size * devicePixelRatioF(), QImage::Format_RGB32);
    picture.setDevicePixelRatio(devicePixelRatioF());
    picture.fill(Theme::instance().palette().surface);
    QPainter painter(&picture);
    for (int i = 0; i < count; ++i) {
        QStyleOptionViewItem option; // neither selected nor current
        option.rect = QRect(QPoint(kSheetMargin / 2 + i % across * gridSize().width(), kSheetMargin / 2 + i / across * gridSize().height()), gridSize());
        itemDelegate()->paint(&painter, option, model()->index(rows[static_cast<std::size_t>(i)], 0));
    }
    return picture;
}

void PatchGrid::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy))
        Q_EMIT copyRequested();
    else
        TileGrid::keyPressEvent(event);
}

} // namespace intersect::ui
