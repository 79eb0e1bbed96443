// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/figure.h"

#include <QBuffer>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QPageSize>
#include <QPdfWriter>
#include <QStackedLayout>
#include <QSvgGenerator>
#include <QTimer>
#include <QToolTip>
#include <QVBoxLayout>

#include "core/base/files.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/figure_table.h"

namespace intersect::ui {

namespace {

constexpr int kGapPx = 4; ///< between heading and drawing
constexpr int kPixelsPerInch = 96;
constexpr double kPointsPerInch = 72;

bool writeBytes(const QString& fileName, const QByteArray& bytes) {
    return writeFileAtomically(toPath(fileName), bytes.toStdString()).has_value();
}

} // namespace

Figure::Figure(const QString& heading, QWidget* parent) : QWidget(parent) {
    m_heading = new ChartHeading(heading, this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(kGapPx);
    column->addWidget(m_heading);
    m_places = new QStackedLayout;
    column->addLayout(m_places, 1);
    setAccessibleName(heading);
    setMinimumSize(140, 100);
    setFocusPolicy(Qt::StrongFocus);
}

void Figure::setBody(QWidget* body) {
    m_body = body;
    m_places->addWidget(body);
}

void Figure::setHeading(const QString& heading) {
    m_heading->setHeading(heading);
    setAccessibleName(heading);
}

QSize Figure::bodySize() const {
    return m_body->size();
}

QSize Figure::wholeSize() const {
    const QSize drawn = bodySize();
    const int heading = m_heading->paintRow(nullptr, drawn.width());
    return {drawn.width(), drawn.height() + (heading > 0 ? heading + kGapPx : 0)};
}

void Figure::render(QPainter& painter) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(QRect(QPoint(), wholeSize()), Theme::instance().palette().surface);
    painter.save();
    const int heading = m_heading->paintRow(&painter, bodySize().width());
    painter.restore();
    painter.translate(0, heading > 0 ? heading + kGapPx : 0);
    paintBody(painter);
}

QImage Figure::picture() {
    layout()->activate(); // a new legend may have asked for another row
    constexpr int kScale = 2;
    QImage image(wholeSize() * kScale, QImage::Format_RGB32);
    image.fill(Theme::instance().palette().surface);
    QPainter painter(&image);
    painter.scale(kScale, kScale);
    render(painter);
    return image;
}

bool Figure::exportTo(const QString& fileName) {
    const QString ending = QFileInfo(fileName).suffix().toLower();
    if (ending == QStringLiteral("csv"))
        return writeBytes(fileName, dataCsv().toUtf8());
    layout()->activate();
    QByteArray bytes;
    QBuffer buffer(&bytes);
    if (!buffer.open(QIODevice::WriteOnly))
        return false;
    QPainter painter;
    if (ending == QStringLiteral("svg")) {
        QSvgGenerator svg;
        svg.setOutputDevice(&buffer);
        svg.setSize(wholeSize());
        svg.setViewBox(QRect(QPoint(), wholeSize()));
        svg.setTitle(heading());
        if (!painter.begin(&svg))
            return false;
        render(painter);
        return painter.end() && writeBytes(fileName, bytes);
    }
    if (ending == QStringLiteral("pdf")) {
        QPdfWriter pdf(&buffer);
        pdf.setTitle(heading());
        pdf.setResolution(kPixelsPerInch);
        pdf.setPageSize(QPageSize(QSizeF(wholeSize()) * kPointsPerInch / kPixelsPerInch, QPageSize::Point, {}, QPageSize::ExactMatch));
        pdf.setPageMargins(QMarginsF());
        if (!painter.begin(&pdf))
            return false;
        render(painter);
        return painter.end() && writeBytes(fileName, bytes);
    }
    return ending == QStringLiteral("png") && picture().save(&buffer, "PNG") && writeBytes(fileName, bytes);
}

void Figure::exportAs() {
    QString name = QFileDialog::getSaveFileName(
        this, tr("Export chart"), heading().simplified().replace(QLatin1Char(' '), QLatin1Char('-')).toLower() + QStringLiteral(".png"),
        tr("Picture (*.png);;Vector drawing (*.svg);;Page (*.pdf);;Numbers (*.csv)"));
    if (name.isEmpty())
        return;
    if (QFileInfo(name).suffix().isEmpty())
        name += QStringLiteral(".png");
    if (!exportTo(name))
        QToolTip::showText(mapToGlobal(QPoint(8, 8)),
                           tr("%1 could not be written. Choose another folder, or another ending: png, svg, pdf or csv.").arg(name), this,
                           {}, 8000);
}

QMenu* Figure::makeMenu() {
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("figureMenu"));
    menu->addAction(tr("Copy picture"), this, [this] { QGuiApplication::clipboard()->setImage(picture()); });
    menu->addAction(tr("Copy data"), this, [this] { QGuiApplication::clipboard()->setText(dataCsv()); });
    menu->addAction(tr("Export…"), this, &Figure::exportAs);
    menu->addSeparator();
    menu->addAction(isTableShown() ? tr("Show the chart\tT") : tr("Show as table\tT"), this, [this] { setTableShown(!isTableShown()); });
    addToMenu(*menu);
    if (isZoomed())
        menu->addAction(tr("Reset zoom"), this, [this] { resetZoom(); });
    return menu;
}

void Figure::contextMenuEvent(QContextMenuEvent* event) {
    QMenu* menu = makeMenu();
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->popup(event->globalPos());
}

void Figure::setTableShown(bool shown) {
    if (shown == isTableShown())
        return;
    if (shown) {
        m_table = new FigureTable(this);
        m_table->setAccessibleName(tr("%1 as a table").arg(heading()));
        m_table->setCsv(dataCsv(), tableHeader());
        m_places->addWidget(m_table);
        m_places->setCurrentWidget(m_table);
        connect(
            m_table, &FigureTable::leaveRequested, this, [this] { setTableShown(false); }, Qt::QueuedConnection);
        if (hasFocus())
            m_table->setFocus(Qt::OtherFocusReason);
        setFocusProxy(m_table);
    } else {
        const bool hadFocus = m_table->hasFocus();
        setFocusProxy(nullptr);
        m_places->setCurrentWidget(m_body);
        m_places->removeWidget(m_table);
        m_table->deleteLater();
        m_table = nullptr;
        if (hadFocus)
            setFocus(Qt::OtherFocusReason);
    }
    Q_EMIT tableShownChanged(shown);
}

void Figure::noteDataChanged() {
    if (m_table == nullptr || m_tableStale)
        return;
    m_tableStale = true;
    QTimer::singleShot(0, this, [this] {
        m_tableStale = false;
        if (m_table != nullptr)
            m_table->setCsv(dataCsv(), tableHeader());
    });
}

void Figure::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_T && event->modifiers() == Qt::NoModifier)
        setTableShown(!isTableShown());
    else
        QWidget::keyPressEvent(event);
}

void Figure::focusInEvent(QFocusEvent* event) {
    m_focusByKey = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    update();
    QWidget::focusInEvent(event);
}

void Figure::focusOutEvent(QFocusEvent* event) {
    m_focusByKey = false;
    update();
    QWidget::focusOutEvent(event);
}

void Figure::paintEvent(QPaintEvent*) {
    if (!m_focusByKey)
        return;
    QPainter painter(this);
    painter.setPen(QPen(Theme::instance().palette().accent, 2));
    painter.drawRect(rect().adjusted(1, 1, -1, -1));
}

} // namespace intersect::ui
