// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_cameras.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QScrollArea>
#include <QToolTip>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/painted_body.h"

namespace intersect::ui {

namespace {

constexpr int kTileWidth = 170, kTileHeight = 158, kGap = 12; ///< tiles take the free width, never less than this
constexpr int kHeadPx = 34, kLeftPx = 22, kBottomPx = 16, kPadPx = 6;

} // namespace

CameraCurvesView::CameraCurvesView(QWidget* parent) : Figure(tr("PR curve of every camera"), parent) {
    setObjectName(QStringLiteral("cameraCurves"));
    setCaption(tr("Mean over the classes at the match IoU, the same axes everywhere: recall to the right, precision upwards. Dashed: "
                  "extrapolated. A click shows the camera's frames."));
    m_scroll = new QScrollArea;
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->viewport()->setAutoFillBackground(false);
    m_tiles = new PaintedBody(this, QStringLiteral("cameraTiles"), [this](QPainter& painter) { paintBody(painter); });
    m_scroll->setWidget(m_tiles);
    m_tiles->setAutoFillBackground(false); // which setWidget has switched on
    m_tiles->installEventFilter(this);
    m_scroll->viewport()->installEventFilter(this);
    setBody(m_scroll);
    connect(&Theme::instance(), &Theme::changed, this, [this] { m_tiles->update(); });
}

void CameraCurvesView::setView(const EvaluateView& view) {
    m_view = view;
    if (isVisible())
        follow();
}

void CameraCurvesView::showEvent(QShowEvent* event) {
    Figure::showEvent(event);
    follow();
}

void CameraCurvesView::follow() {
    if (m_view.runs.empty())
        return;
    QString key;
    for (const ShownRun& shown : m_view.runs)
        key += QStringLiteral("%1@%2|").arg(quintptr(shown.run->set.get())).arg(shown.live->matchIou);
    if (key == m_shownKey)
        return;
    m_shownKey = key;
    // Pairs of a set that is shown still are not made again.
    std::vector<std::shared_ptr<const CameraPairs>> known;
    for (const ShownRun& shown : m_view.runs) {
        const auto mine = std::find_if(m_pairs.begin(), m_pairs.end(), [&](const auto& one) { return one->set == shown.run->set; });
        known.push_back(mine != m_pairs.end() ? *mine : nullptr);
    }
    struct Done {
        std::vector<std::shared_ptr<const CameraPairs>> pairs;
        std::vector<CameraCurves> cameras;
    };
    m_job.start(
        [runs = m_view.runs, known](const JobRunner::Cancelled& cancelled) {
            Done done{known, {}};
            for (std::size_t i = 0; i < runs.size(); ++i)
                if (!done.pairs[i])
                    done.pairs[i] = std::make_shared<const CameraPairs>(cameraPairsOf(*runs[i].run));
            if (!cancelled())
                done.cameras = cameraCurvesOf(runs, done.pairs, runs.front().live->matchIou);
            return done;
        },
        [this](Done done) {
            m_pairs = std::move(done.pairs);
            m_cameras = std::move(done.cameras);
            m_current = std::clamp(m_current, 0, std::max(0, static_cast<int>(m_cameras.size()) - 1));
            std::vector<LegendEntry> legend;
            for (std::size_t i = 0; i < m_view.runs.size(); ++i)
                legend.push_back({runLetter(i) + QLatin1Char(' ') + qs(m_view.runs[i].run->run), runColour(i), LegendEntry::Swatch::Line,
                                  MarkerShape::None, 2, -1, false});
            headingRow()->setLegend(std::move(legend));
            fitHeight();
            m_tiles->update();
            noteDataChanged();
            Q_EMIT curvesChanged();
        });
}

int CameraCurvesView::columns() const {
    return std::max(1, (m_scroll->viewport()->width() + kGap) / (kTileWidth + kGap));
}

void CameraCurvesView::fitHeight() {
    const int rows = (static_cast<int>(m_cameras.size()) + columns() - 1) / columns();
    m_tiles->resize(m_scroll->viewport()->width(), std::max(0, rows * (kTileHeight + kGap) - kGap));
}

QRect CameraCurvesView::tileRect(int index) const {
    const int width = (m_tiles->width() + kGap) / columns() - kGap;
    return {index % columns() * (width + kGap), index / columns() * (kTileHeight + kGap), width, kTileHeight};
}

int CameraCurvesView::tileAt(QPoint at) const {
    for (int i = 0; i < static_cast<int>(m_cameras.size()); ++i)
        if (tileRect(i).contains(at))
            return i;
    return -1;
}

QSize CameraCurvesView::bodySize() const {
    return m_tiles->size().expandedTo({1, 1});
}

void CameraCurvesView::paintBody(QPainter& painter) {
    painter.setRenderHint(QPainter::Antialiasing);
    const QRect seen = painter.device() == m_tiles ? m_tiles->visibleRegion().boundingRect() : QRect(QPoint(), m_tiles->size());
    for (int i = 0; i < static_cast<int>(m_cameras.size()); ++i)
        if (tileRect(i).intersects(seen))
            paintTile(painter, i);
}

void CameraCurvesView::paintTile(QPainter& painter, int index) const {
    const Palette& palette = Theme::instance().palette();
    const CameraCurves& camera = m_cameras[static_cast<std::size_t>(index)];
    const QRect tile = tileRect(index);
    if (index == m_hover || (index == m_current && hasFocus())) {
        painter.setPen(index == m_current && hasFocus() ? QPen(palette.accent, 2) : QPen(Qt::NoPen));
        painter.setBrush(index == m_hover ? QBrush(palette.hover) : QBrush(Qt::NoBrush));
        painter.drawRoundedRect(QRectF(tile).adjusted(1, 1, -1, -1), 4, 4);
    }
    const QRect head(tile.left() + kPadPx, tile.top() + 3, tile.width() - 2 * kPadPx, kHeadPx - 4);
    // The right side first: the AP of every run, each in its colour's letter.
    QStringList figures;
    for (std::size_t r = 0; r < camera.runs.size(); ++r)
        figures << (camera.runs.size() > 1 ? runLetter(r) + QLatin1Char(' ') : QString()) + ratioText(camera.runs[r].ap, 3);
    QFont strong = Theme::font(FontRole::NumbersStrong);
    strong.setPixelSize(11);
    const QString figure = figures.join(QStringLiteral("  "));
    QFont name = Theme::font(FontRole::ChartText);
    name.setWeight(QFont::DemiBold);
    const bool below = camera.runs.size() > 1; // several figures stand in the second line
    const int figureWidth = QFontMetrics(strong).horizontalAdvance(figure);
    painter.setPen(palette.text);
    painter.setFont(name);
    const int nameWidth = head.width() - (below ? 0 : figureWidth + 6);
    painter.drawText(
        head, Qt::AlignLeft | Qt::AlignTop,
        QFontMetrics(name).elidedText(qs(camera.name) + (camera.trained ? QString() : tr(" new")), Qt::ElideMiddle, nameWidth));
    painter.setFont(strong);
    painter.drawText(head, int(Qt::AlignRight) | int(below ? Qt::AlignBottom : Qt::AlignTop), figure);
    painter.setFont(Theme::font(FontRole::Caption));
    painter.setPen(palette.text3);
    painter.drawText(head, Qt::AlignLeft | Qt::AlignBottom,
                     QFontMetrics(painter.font())
                         .elidedText(tr("%1 labels").arg(qs(formatGrouped(camera.labels))), Qt::ElideRight,
                                     head.width() - (below ? figureWidth + 6 : 0)));

    const QRectF plot(tile.left() + kLeftPx, tile.top() + kHeadPx + 4, tile.width() - kLeftPx - kPadPx - 2,
                      tile.height() - kHeadPx - kBottomPx - 6);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(palette.grid, 1));
    for (const double at : {0.5, 1.0}) {
        painter.drawLine(QPointF(plot.left(), plot.bottom() - at * plot.height()),
                         QPointF(plot.right(), plot.bottom() - at * plot.height()));
        painter.drawLine(QPointF(plot.left() + at * plot.width(), plot.top()), QPointF(plot.left() + at * plot.width(), plot.bottom()));
    }
    painter.setPen(QPen(palette.axis, 1));
    painter.drawLine(plot.bottomLeft(), plot.bottomRight());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(palette.text3);
    for (const int at : {0, 1}) {
        painter.drawText(QRectF(tile.left(), plot.bottom() - at * plot.height() - 8, kLeftPx - 5, 16), Qt::AlignRight | Qt::AlignVCenter,
                         QString::number(at));
        painter.drawText(QRectF(plot.left() + at * plot.width() - 10, plot.bottom() + 1, 20, 15), Qt::AlignCenter, QString::number(at));
    }
    const auto pixels = [&](const std::vector<QPointF>& points) {
        QPolygonF line;
        for (const QPointF& point : points)
            line << QPointF(plot.left() + point.x() * plot.width(), plot.bottom() - point.y() * plot.height());
        return line;
    };
    for (std::size_t r = camera.runs.size(); r-- > 0;) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(runColour(r), 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(pixels(camera.runs[r].mean.measured));
        QPen dashed(runColour(r), 1.4, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin);
        dashed.setDashPattern({4 / 1.4, 3 / 1.4});
        painter.setPen(dashed);
        painter.drawPolyline(pixels(camera.runs[r].mean.extrapolated));
    }
}

QString CameraCurvesView::tileText(int index) const {
    const CameraCurves& camera = m_cameras[static_cast<std::size_t>(index)];
    QString text = tr("%1: %2 frames, %3 labels").arg(qs(camera.name), qs(formatGrouped(camera.images)), qs(formatGrouped(camera.labels)));
    for (std::size_t r = 0; r < camera.runs.size() && r < m_view.runs.size(); ++r)
        text += QLatin1Char('\n') + tr("AP of %1 %2").arg(runLetter(r), ratioText(camera.runs[r].ap, 3));
    if (!camera.trained)
        text += QLatin1Char('\n') + tr("never seen in training");
    return text;
}

QString CameraCurvesView::dataCsv() const {
    const auto quoted = [](const std::string& name) {
        if (name.find_first_of(",\"\n") == std::string::npos)
            return name;
        std::string safe = "\"";
        for (const char letter : name)
            safe += letter == '"' ? std::string("\"\"") : std::string(1, letter);
        return safe + '"';
    };
    std::string csv = "camera,run,labels,ap,recall,precision,measured\n";
    for (const CameraCurves& camera : m_cameras)
        for (std::size_t r = 0; r < camera.runs.size() && r < m_view.runs.size(); ++r) {
            const CameraCurves::OfRun& mine = camera.runs[r];
            const std::string head = quoted(camera.name) + ',' + quoted(m_view.runs[r].run->run) + ',' + std::to_string(camera.labels) +
                                     ',' + (std::isfinite(mine.ap) ? formatShortest(mine.ap) : std::string()) + ',';
            for (const auto* part : {&mine.mean.measured, &mine.mean.extrapolated})
                for (const QPointF& point : *part)
                    csv += head + formatShortest(point.x()) + ',' + formatShortest(point.y()) +
                           (part == &mine.mean.measured ? ",1\n" : ",0\n");
        }
    return qs(csv);
}

QStringList CameraCurvesView::tableHeader() const {
    return {tr("camera"), tr("run"), tr("labels"), tr("AP"), tr("recall"), tr("precision"), tr("measured")};
}

void CameraCurvesView::keyPressEvent(QKeyEvent* event) {
    const int count = static_cast<int>(m_cameras.size());
    int next = m_current;
    switch (event->key()) {
    case Qt::Key_Left: next -= 1; break;
    case Qt::Key_Right: next += 1; break;
    case Qt::Key_Up: next -= columns(); break;
    case Qt::Key_Down: next += columns(); break;
    case Qt::Key_Home: next = 0; break;
    case Qt::Key_End: next = count - 1; break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (m_current < count)
            Q_EMIT cameraPicked(qs(m_cameras[static_cast<std::size_t>(m_current)].name));
        return;
    default: Figure::keyPressEvent(event); return;
    }
    if (next < 0 || next >= count)
        return;
    m_current = next;
    setAccessibleDescription(tileText(next));
    m_scroll->ensureVisible(tileRect(next).center().x(), tileRect(next).center().y(), kTileWidth / 2, kTileHeight / 2);
    m_tiles->update();
}

bool CameraCurvesView::eventFilter(QObject* watched, QEvent* event) {
    if (watched != m_tiles) {
        if (event->type() == QEvent::Resize)
            fitHeight();
        return Figure::eventFilter(watched, event);
    }
    switch (event->type()) {
    case QEvent::MouseMove: {
        const int tile = tileAt(static_cast<QMouseEvent*>(event)->pos());
        m_tiles->setCursor(tile >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
        if (std::exchange(m_hover, tile) != tile)
            m_tiles->update();
        break;
    }
    case QEvent::Leave:
        m_hover = -1;
        m_tiles->update();
        break;
    case QEvent::ToolTip: {
        const auto* help = static_cast<QHelpEvent*>(event);
        if (const int tile = tileAt(help->pos()); tile >= 0)
            QToolTip::showText(help->globalPos(), tileText(tile), m_tiles, tileRect(tile));
        else
            QToolTip::hideText();
        return true;
    }
    case QEvent::MouseButtonPress:
        if (const auto* mouse = static_cast<QMouseEvent*>(event); mouse->button() == Qt::LeftButton) {
            setFocus(Qt::MouseFocusReason);
            if (const int tile = tileAt(mouse->pos()); tile >= 0) {
                m_current = tile;
                m_tiles->update();
                Q_EMIT cameraPicked(qs(m_cameras[static_cast<std::size_t>(tile)].name));
            }
            return true;
        }
        break;
    default: break;
    }
    return Figure::eventFilter(watched, event);
}

} // namespace intersect::ui
