// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/chart_heading.h"

#include <algorithm>

#include <QMouseEvent>
#include <QPainterPath>

#include "ui/theme.h"

namespace intersect::ui {

void paintMarker(QPainter& painter, QPointF centre, MarkerShape shape, double radius, const QColor& colour, const QColor& rim,
                 bool hollow) {
    if (shape == MarkerShape::None)
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (shape == MarkerShape::Disc && !hollow) { // two fills instead of a stroke: charts draw many of them
        constexpr double kHalfRim = 0.75;
        painter.setPen(Qt::NoPen);
        if (rim.alpha() != 0) {
            painter.setBrush(rim);
            painter.drawEllipse(centre, radius + kHalfRim, radius + kHalfRim);
        }
        const double inside = rim.alpha() != 0 ? radius - kHalfRim : radius;
        painter.setBrush(colour);
        painter.drawEllipse(centre, inside, inside);
        painter.restore();
        return;
    }
    QPainterPath path;
    switch (shape) {
    case MarkerShape::Disc:
    case MarkerShape::None: path.addEllipse(centre, radius, radius); break;
    case MarkerShape::Square: path.addRect(QRectF(centre.x() - radius * 0.9, centre.y() - radius * 0.9, radius * 1.8, radius * 1.8)); break;
    case MarkerShape::Triangle:
        path.addPolygon(QPolygonF({centre + QPointF(0, -radius * 1.15), centre + QPointF(radius * 1.1, radius * 0.85),
                                   centre + QPointF(-radius * 1.1, radius * 0.85)}));
        path.closeSubpath();
        break;
    case MarkerShape::Diamond:
        path.addPolygon(QPolygonF({centre + QPointF(0, -radius * 1.25), centre + QPointF(radius * 1.25, 0),
                                   centre + QPointF(0, radius * 1.25), centre + QPointF(-radius * 1.25, 0)}));
        path.closeSubpath();
        break;
    }
    if (hollow) {
        painter.setPen(QPen(rim, 4.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.setBrush(rim);
        painter.drawPath(path);
        painter.setPen(QPen(colour, 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPath(path);
    } else {
        painter.setPen(rim.alpha() == 0 ? QPen(Qt::NoPen) : QPen(rim, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.setBrush(colour);
        painter.drawPath(path);
    }
    painter.restore();
}

namespace {

constexpr int kRowHeight = 20;
constexpr int kSwatchGap = 6;
constexpr int kEntryGap = 14;

int swatchWidth(const LegendEntry& entry) {
    return entry.swatch == LegendEntry::Swatch::Line || entry.swatch == LegendEntry::Swatch::DashedLine ? 16 : 8;
}

QFont wordFont(const LegendEntry& entry) {
    QFont font = Theme::font(FontRole::ChartText);
    if (entry.chosen)
        font.setWeight(QFont::DemiBold);
    return font;
}

void paintSwatch(QPainter& painter, const LegendEntry& entry, int left, int middle) {
    painter.setRenderHint(QPainter::Antialiasing);
    switch (entry.swatch) {
    case LegendEntry::Swatch::Line:
    case LegendEntry::Swatch::DashedLine: {
        QPen pen(entry.colour, entry.widthPx, Qt::SolidLine, Qt::FlatCap);
        if (entry.swatch == LegendEntry::Swatch::DashedLine)
            pen.setDashPattern({4 / entry.widthPx, 3 / entry.widthPx});
        painter.setPen(pen);
        painter.drawLine(QPointF(left, middle + 0.5), QPointF(left + 16, middle + 0.5));
        break;
    }
    case LegendEntry::Swatch::Marker:
        paintMarker(painter, QPointF(left + 4, middle + 0.5), entry.marker, 3.6, entry.colour, QColor(0, 0, 0, 0));
        break;
    case LegendEntry::Swatch::Fill:
        painter.setPen(Qt::NoPen);
        painter.setBrush(entry.colour);
        painter.drawRoundedRect(QRectF(left, middle - 3.5, 8, 8), 2, 2);
        break;
    }
}

} // namespace

ChartHeading::ChartHeading(const QString& heading, QWidget* parent) : QWidget(parent), m_heading(heading) {
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    setFixedHeight(kRowHeight);
    if (heading.isEmpty())
        hide(); // until there is a word to show
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ChartHeading::setHeading(const QString& heading) {
    if (m_heading == heading)
        return;
    m_heading = heading;
    fit();
}

void ChartHeading::setLegend(std::vector<LegendEntry> legend) {
    if (m_legend == legend)
        return;
    m_legend = std::move(legend);
    setMouseTracking(std::any_of(m_legend.begin(), m_legend.end(), [](const LegendEntry& entry) { return entry.choice >= 0; }));
    fit();
}

void ChartHeading::setCaption(const QString& caption) {
    if (m_caption == caption)
        return;
    m_caption = caption;
    fit();
}

void ChartHeading::setControlsSize(QSize size) {
    m_controls = size;
    fit();
}

void ChartHeading::fit() {
    setVisible(!m_heading.isEmpty() || !m_legend.empty() || !m_caption.isEmpty());
    if (const int height = paintRow(nullptr, width()); height != minimumHeight())
        setFixedHeight(height);
    update();
}

QSize ChartHeading::sizeHint() const {
    return {120, minimumHeight()};
}

QSize ChartHeading::minimumSizeHint() const {
    return {60, minimumHeight()};
}

void ChartHeading::resizeEvent(QResizeEvent*) {
    fit();
}

void ChartHeading::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintRow(&painter, width());
}

ChartHeading::Laid ChartHeading::laidOut(int widthPx) const {
    const QFontMetrics headingMetrics(Theme::font(FontRole::SectionHeading));
    const int headingWidth = m_heading.isEmpty() ? 0 : headingMetrics.horizontalAdvance(m_heading) + kEntryGap;
    const auto widthOf = [&](const LegendEntry& entry) {
        return swatchWidth(entry) + kSwatchGap + QFontMetrics(wordFont(entry)).horizontalAdvance(entry.text);
    };

    // Rows of entries: the first shares the heading's row if all of it fits there, else the legend starts below.
    Laid laid;
    int total = 0;
    for (const LegendEntry& entry : m_legend)
        total += widthOf(entry) + kEntryGap;
    const bool beside = m_controls.isEmpty() && total - kEntryGap <= widthPx - headingWidth;
    const int firstHeight = std::max(kRowHeight, m_controls.height());
    int row = m_legend.empty() || beside || m_heading.isEmpty() ? 0 : 1;
    for (std::size_t i = 0; i < m_legend.size();) {
        int used = widthOf(m_legend[i]);
        std::size_t end = i + 1;
        while (end < m_legend.size() && used + kEntryGap + widthOf(m_legend[end]) <= widthPx)
            used += kEntryGap + widthOf(m_legend[end++]);
        int left = beside && !m_heading.isEmpty() ? widthPx - used : 0;
        for (; i < end; ++i) {
            laid.words.emplace_back(left, row == 0 ? 0 : firstHeight + (row - 1) * kRowHeight, widthOf(m_legend[i]), kRowHeight);
            left += widthOf(m_legend[i]) + kEntryGap;
        }
        ++row;
    }
    laid.rowsHeight = m_heading.isEmpty() && m_legend.empty() ? 0 : firstHeight + (std::max(1, row) - 1) * kRowHeight;
    return laid;
}

int ChartHeading::paintRow(QPainter* painter, int widthPx) const {
    if (m_heading.isEmpty() && m_legend.empty() && m_caption.isEmpty())
        return 0;
    const Palette& c = Theme::instance().palette();
    const Laid laid = laidOut(widthPx);
    const QFont captionFont = Theme::font(FontRole::Caption);
    int captionHeight = 0;
    if (!m_caption.isEmpty())
        captionHeight =
            QFontMetrics(captionFont).boundingRect(QRect(0, 0, std::max(60, widthPx), 400), Qt::TextWordWrap, m_caption).height() + 2;
    if (painter != nullptr) {
        painter->setFont(Theme::font(FontRole::SectionHeading));
        painter->setPen(c.text);
        painter->drawText(QRect(0, 0, widthPx, std::max(kRowHeight, m_controls.height())), Qt::AlignLeft | Qt::AlignVCenter, m_heading);
        for (std::size_t i = 0; i < m_legend.size(); ++i) {
            const LegendEntry& entry = m_legend[i];
            const QRect word = laid.words[i];
            paintSwatch(*painter, entry, word.left(), word.top() + kRowHeight / 2);
            painter->setFont(wordFont(entry));
            painter->setPen(entry.chosen ? c.text : c.text2);
            painter->drawText(word.adjusted(swatchWidth(entry) + kSwatchGap, 0, 4, 0), Qt::AlignLeft | Qt::AlignVCenter, entry.text);
        }
        if (captionHeight > 0) {
            painter->setFont(captionFont);
            painter->setPen(c.text3);
            painter->drawText(QRect(0, laid.rowsHeight, widthPx, captionHeight), int(Qt::AlignLeft | Qt::AlignTop) | int(Qt::TextWordWrap),
                              m_caption);
        }
    }
    return laid.rowsHeight + captionHeight;
}

QRect ChartHeading::wordRect(std::size_t index) const {
    const Laid laid = laidOut(width());
    return index < laid.words.size() ? laid.words[index] : QRect();
}

int ChartHeading::choiceAt(QPoint at) const {
    const Laid laid = laidOut(width());
    for (std::size_t i = 0; i < laid.words.size(); ++i)
        if (laid.words[i].contains(at))
            return m_legend[i].choice;
    return -1;
}

void ChartHeading::mousePressEvent(QMouseEvent* event) {
    const int choice = event->button() == Qt::LeftButton ? choiceAt(event->pos()) : -1;
    if (choice < 0) {
        QWidget::mousePressEvent(event);
        return;
    }
    Q_EMIT choiceClicked(choice);
}

void ChartHeading::mouseMoveEvent(QMouseEvent* event) {
    setCursor(choiceAt(event->pos()) >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    QWidget::mouseMoveEvent(event);
}

} // namespace intersect::ui
