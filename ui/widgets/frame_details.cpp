// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/frame_details.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

#include <QFileInfo>
#include <QGridLayout>
#include <QPainter>
#include <QPainterPath>
#include <QScrollArea>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "core/image/decode.h"
#include "ui/models/cell_table.h"
#include "ui/models/frame_list_model.h"
#include "ui/picture.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/cell_view.h"
#include "ui/widgets/frame_painting.h"
#include "ui/widgets/side_pane.h"
#include "ui/widgets/thumbnail_provider.h"

namespace intersect::ui {
namespace {

QString durationText(std::int64_t seconds) {
    const auto number = [](std::int64_t n) { return qs(formatGrouped(n)); };
    if (seconds < 60)
        return FrameDetails::tr("%1 s").arg(number(seconds));
    if (seconds < 3600)
        return FrameDetails::tr("%1 min %2 s").arg(number(seconds / 60), number(seconds % 60));
    if (seconds < 86400)
        return FrameDetails::tr("%1 h %2 min").arg(number(seconds / 3600), number(seconds % 3600 / 60));
    return FrameDetails::tr("%1 d %2 h").arg(number(seconds / 86400), number(seconds % 86400 / 3600));
}

QString bytesText(qint64 bytes) {
    if (bytes < 1000)
        return FrameDetails::tr("%1 B").arg(bytes);
    if (bytes < 1000 * 1000)
        return FrameDetails::tr("%1 kB").arg(qs(formatFixed(static_cast<double>(bytes) / 1000, 0)));
    return FrameDetails::tr("%1 MB").arg(qs(formatFixed(static_cast<double>(bytes) / 1e6, 1)));
}

Cell cellOf(const QString& text, Tone tone = Tone::Text) {
    Cell cell;
    cell.text = text;
    cell.tone = tone;
    return cell;
}

} // namespace

QString nearestTrainText(const data::Dataset& dataset, const FrameMarks& marks, std::uint32_t frame) {
    const data::Frame& here = dataset.frames[frame];
    if (!here.takenAt)
        return {};
    const data::Camera& camera = dataset.cameras[here.camera];
    const data::Frame* nearest = nullptr;
    for (std::uint32_t i = camera.frameBegin; i < camera.frameBegin + camera.frameCount; ++i) {
        const data::Frame& other = dataset.frames[i];
        if (i == frame || marks.use[i] != FrameUse::Train || !other.takenAt)
            continue;
        if (nearest == nullptr || std::llabs(*other.takenAt - *here.takenAt) < std::llabs(*nearest->takenAt - *here.takenAt))
            nearest = &other;
    }
    if (nearest == nullptr)
        return {};
    const std::int64_t gap = *nearest->takenAt - *here.takenAt;
    const QString text = frameTimeText(*nearest) + QStringLiteral(", ") + durationText(std::llabs(gap));
    return gap >= 0 ? FrameDetails::tr("%1 after").arg(text) : FrameDetails::tr("%1 before").arg(text);
}

// --- FramePicture ---------------------------------------------------------------------------------------------------

FramePicture::FramePicture(QWidget* parent) : QWidget(parent) {
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void FramePicture::setFrame(std::shared_ptr<const data::Dataset> dataset, std::int64_t frame) {
    if (dataset == m_dataset && frame == m_frame)
        return;
    m_dataset = std::move(dataset);
    m_frame = m_dataset ? frame : -1;
    m_picture = {};
    m_failed = false;
    m_load.cancel();
    updateGeometry();
    update();
    if (m_frame < 0)
        return;
    const std::filesystem::path path = m_dataset->frames[static_cast<std::size_t>(m_frame)].path;
    m_load.start(
        [path](const JobRunner::Cancelled& cancelled) {
            if (cancelled())
                return QImage();
            const auto mat = image::decodeImage(path);
            return mat ? toImage(*mat) : QImage();
        },
        [this](QImage picture) {
            m_failed = picture.isNull();
            m_picture = std::move(picture);
            update();
        });
}

void FramePicture::setBoxesShown(bool shown) {
    m_boxes = shown;
    update();
}

int FramePicture::heightForWidth(int width) const {
    double proportions = 9.0 / 16.0;
    if (m_frame >= 0) {
        const Size size = m_dataset->frames[static_cast<std::size_t>(m_frame)].size;
        if (size.width > 0 && size.height > 0)
            proportions = std::clamp(static_cast<double>(size.height) / size.width, 0.3, 1.2);
    }
    return static_cast<int>(std::lround(width * proportions));
}

void FramePicture::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    const Palette& palette = Theme::instance().palette();
    QPainterPath corners;
    corners.addRoundedRect(rect(), 4, 4);
    painter.setClipPath(corners);
    painter.fillRect(rect(), palette.sunken);
    if (m_frame < 0)
        return;
    const data::Frame& frame = m_dataset->frames[static_cast<std::size_t>(m_frame)];
    QRectF shown = rect();
    if (frame.size.width > 0 && frame.size.height > 0)
        shown = fitted(QSizeF(frame.size.width, frame.size.height), shown);
    if (!m_picture.isNull())
        painter.drawImage(shown, m_picture);
    else if (!m_failed)
        // The grid's small picture stands in until the whole one is there.
        painter.drawPixmap(shown, ThumbnailProvider::instance().thumbnail(frame.path, width()), QRectF());
    if (m_failed) {
        painter.setFont(Theme::font(FontRole::Body));
        painter.setPen(palette.text2);
        painter.drawText(rect().adjusted(12, 8, -12, -8), Qt::AlignCenter | Qt::TextWordWrap, tr("This picture cannot be read."));
    }
    if (m_boxes)
        paintClassBoxes(painter, shown, m_dataset->labelsOf(frame), 1.5);
}

// --- ClassBars ------------------------------------------------------------------------------------------------------

ClassBars::ClassBars(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ClassBars::setBars(std::vector<Bar> bars) {
    m_bars = std::move(bars);
    QStringList words;
    for (const Bar& bar : m_bars)
        words << bar.name + QLatin1Char(' ') + qs(formatGrouped(bar.count));
    setAccessibleName(words.join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

QSize ClassBars::sizeHint() const {
    return {220, static_cast<int>(m_bars.size()) * 22};
}

void ClassBars::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme& theme = Theme::instance();
    std::int64_t most = 1;
    for (const Bar& bar : m_bars)
        most = std::max(most, bar.count);
    double y = 0;
    for (const Bar& bar : m_bars) {
        paintClassGlyph(painter, bar.classId, QPointF(5, y + 11), 8.5, theme.classColour(bar.classId));
        painter.setFont(Theme::font(FontRole::Body));
        painter.setPen(theme.palette().text);
        painter.drawText(QRectF(20, y, 78, 22), Qt::AlignLeft | Qt::AlignVCenter, QFontMetricsF(painter.font()).elidedText(bar.name, Qt::ElideRight, 78));
        const QRectF ground(100, y + 8, std::max(10.0, width() - 100.0 - 44), 6);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.palette().sunken);
        painter.drawRoundedRect(ground, 3, 3);
        if (bar.count > 0) {
            painter.setBrush(theme.classColour(bar.classId));
            painter.drawRoundedRect(QRectF(ground.left(), ground.top(), std::max(4.0, ground.width() * static_cast<double>(bar.count) / static_cast<double>(most)), 6), 3, 3);
        }
        painter.setFont(Theme::font(FontRole::Numbers));
        painter.setPen(theme.palette().text);
        painter.drawText(QRectF(width() - 44, y, 44, 22), Qt::AlignRight | Qt::AlignVCenter, qs(formatGrouped(bar.count)));
        y += 22;
    }
}

// --- FrameDetails ---------------------------------------------------------------------------------------------------

FrameDetails::FrameDetails(std::function<QString(int)> className, QWidget* parent) : QWidget(parent), m_className(std::move(className)) {
    setObjectName(QStringLiteral("frameDetails"));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* pane = new SidePane(SidePane::Side::Right, this);
    outer->addWidget(pane);

    auto* head = pane->addSection(tr("Current frame"), &m_position);
    m_none = new ThemedLabel(tr("No frame is chosen."), FontRole::Body, Tone::Text2);
    head->addWidget(m_none);
    m_picture = new FramePicture;
    m_picture->setObjectName(QStringLiteral("framePicture"));
    head->addWidget(m_picture);
    m_inspect = new QPushButton(tr("Open in Inspect"));
    m_inspect->setObjectName(QStringLiteral("openInInspectButton"));
    m_inspect->setToolTip(tr("What a run found, missed and invented in this frame"));
    m_inspect->setProperty("small", true);
    m_pick = new QPushButton(tr("Add to selection"));
    m_pick->setObjectName(QStringLiteral("pickButton"));
    m_pick->setProperty("small", true);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_pick);
    buttons->addWidget(m_inspect);
    buttons->addStretch(1);
    head->addLayout(buttons);
    connect(m_pick, &QPushButton::clicked, this, &FrameDetails::pickRequested);
    connect(m_inspect, &QPushButton::clicked, this, [this] { Q_EMIT inspectRequested(m_path); });

    auto* facts = pane->addSection();
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(1, 1);
    const QString words[] = {tr("File"), tr("Camera"), tr("Taken"), tr("Size"), tr("In use"), tr("Nearest train")};
    for (int i = 0; i < 6; ++i) {
        auto* word = new ThemedLabel(words[i], FontRole::Table, Tone::Text3);
        grid->addWidget(word, i, 0, Qt::AlignTop);
        auto* value = new ThemedLabel({}, FontRole::Table, Tone::Text);
        value->setWordWrap(true);
        value->setMinimumWidth(0);
        value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        m_values[i] = value;
        grid->addWidget(value, i, 1);
    }
    facts->addLayout(grid);

    auto* boxes = pane->addSection(tr("Boxes"), &m_boxCount);
    m_bars = new ClassBars;
    boxes->addWidget(m_bars);
    m_labels = new CellTable({{tr("Line"), true, tr("Line in the label file")}, {tr("Class"), false, {}}, {tr("Size in px"), true, tr("Width and height in the picture")},
                              {tr("Counts as"), false, tr("Small below 32² px, large from 96² px on, as COCO counts")}},
                             this);
    m_labelView = new CellView(m_labels);
    m_labelView->setObjectName(QStringLiteral("labelTable"));
    m_labelView->setAccessibleName(tr("Boxes of this frame"));
    m_labelView->setStretchColumn(1);
    m_labelView->setSelectionMode(QAbstractItemView::NoSelection);
    boxes->addWidget(m_labelView);

    auto* findings = pane->addSection(tr("Label findings"), &m_findingCount);
    m_findings = new QListWidget;
    m_findings->setObjectName(QStringLiteral("findingsList"));
    m_findings->setAccessibleName(tr("Findings about this frame"));
    m_findings->setWordWrap(true);
    m_findings->setFrameShape(QFrame::NoFrame);
    m_findings->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_findings->setStyleSheet(QStringLiteral("background: transparent;"));
    m_findings->setMinimumHeight(72);
    findings->addWidget(m_findings);
    pane->addStretch();
    m_content = pane;
    show({}, {}, -1, {}, {});
}

void FrameDetails::show(std::shared_ptr<const data::Dataset> dataset, std::shared_ptr<const FrameMarks> marks, std::int64_t frameNumber,
                        const std::vector<int>& classes, const QString& selection) {
    const bool some = dataset != nullptr && frameNumber >= 0;
    m_none->setVisible(!some);
    m_picture->setVisible(some);
    m_inspect->setVisible(some);
    m_pick->setVisible(some);
    m_picture->setFrame(dataset, frameNumber);
    m_findings->clear();
    if (!some) {
        m_position->clear();
        for (QLabel* value : m_values)
            value->setText(QStringLiteral("–"));
        m_boxCount->clear();
        m_bars->setBars({});
        m_labels->setRows({});
        m_labelView->hide();
        m_findingCount->clear();
        m_path.clear();
        return;
    }
    const auto number = static_cast<std::uint32_t>(frameNumber);
    const data::Frame& frame = dataset->frames[number];
    const data::Camera& camera = dataset->cameras[frame.camera];
    m_path = qs(frame.path);
    m_position->setText(tr("%1 of %2 in %3").arg(qs(formatGrouped(number - camera.frameBegin + 1)), qs(formatGrouped(camera.frameCount)), qs(camera.name)));
    // A name breaks at its signs, so that a long one stays inside the pane.
    QString file = qs(frame.path.filename());
    m_values[0]->setText(file.replace(QLatin1Char('_'), QStringLiteral("_\u200B")).replace(QLatin1Char('-'), QStringLiteral("-\u200B")));
    m_values[0]->setToolTip(m_path);
    m_values[1]->setText(camera.pool == "." ? qs(camera.name) : tr("%1 in %2").arg(qs(camera.name), qs(camera.pool)));
    const QString taken = frameDateText(frame);
    m_values[2]->setText(taken.isEmpty() ? tr("the name does not tell") : taken);
    const QFileInfo info(m_path);
    m_values[3]->setText(frame.size.width > 0
                             ? tr("%1 × %2 px, %3").arg(frame.size.width).arg(frame.size.height).arg(bytesText(info.size()))
                             : tr("unreadable, %1").arg(bytesText(info.size())));
    const FrameUse use = marks ? marks->use[number] : FrameUse::Unused;
    m_values[4]->setText(use == FrameUse::Unused ? tr("no") : tr("%1, selection %2").arg(useWord(use), selection));
    const bool in = use == FrameUse::Chosen || use == FrameUse::Train || use == FrameUse::Val;
    m_pick->setText(in ? tr("Remove from selection") : tr("Add to selection"));
    m_pick->setEnabled(use != FrameUse::Test);
    m_pick->setToolTip(use == FrameUse::Test ? tr("A frame of the test list is never trained on") : in ? tr("Takes it out of the selection and its lists (S)") : tr("Adds it to the selection, and to train where lists were written (S)"));
    const QString nearest = marks ? nearestTrainText(*dataset, *marks, number) : QString();
    m_values[5]->setText(nearest.isEmpty() ? QStringLiteral("–") : nearest);

    std::map<int, std::int64_t> counts;
    for (const int id : classes)
        counts[id] = 0;
    for (const data::Label& label : dataset->labelsOf(frame))
        ++counts[label.classId];
    std::vector<ClassBars::Bar> bars;
    for (const auto& [id, count] : counts)
        if (bars.size() < 12 && (count > 0 || counts.size() <= 8))
            bars.push_back({id, m_className(id), count});
    m_bars->setBars(std::move(bars));
    std::vector<std::vector<Cell>> rows;
    const QString sizeWords[] = {tr("small"), tr("medium"), tr("large")};
    for (const data::Label& label : dataset->labelsOf(frame)) {
        const auto kind = data::objectSizeOf(label, frame.size);
        Cell className = cellOf(m_className(label.classId));
        className.glyphClass = label.classId;
        const QString pixels = tr("%1 × %2").arg(std::lround(label.box.w * frame.size.width)).arg(std::lround(label.box.h * frame.size.height));
        rows.push_back({cellOf(qs(std::to_string(label.line))), className, cellOf(kind ? pixels : QStringLiteral("–")),
                        cellOf(kind ? sizeWords[static_cast<std::size_t>(*kind)] : QStringLiteral("–"), Tone::Text2)});
    }
    m_labels->setRows(std::move(rows));
    m_labelView->fitHeight(8);
    m_labelView->setVisible(frame.labelCount > 0);
    m_boxCount->setText(frame.labelled ? qs(formatGrouped(frame.labelCount)) : tr("no label file"));

    std::size_t count = 0;
    if (marks) {
        count = marks->findingCount(number);
        const Theme& theme = Theme::instance();
        QPixmap sign(13, 13);
        sign.fill(Qt::transparent);
        QPainter painter(&sign);
        paintFindingSign(painter, QRectF(0, 0, 13, 13), theme.palette().warn);
        painter.end();
        for (std::uint32_t i = marks->findingBegin[number]; i < marks->findingBegin[number + 1]; ++i) {
            const data::Finding& finding = dataset->findings[marks->findingOrder[i]];
            QString text = finding.line > 0 ? tr("Line %1: %2").arg(finding.line).arg(qs(finding.message)) : qs(finding.message);
            auto* item = new QListWidgetItem(QIcon(sign), text, m_findings);
            item->setToolTip(qs(finding.path) + QLatin1Char('\n') + qs(finding.advice));
        }
    }
    m_findingCount->setText(qs(formatGrouped(static_cast<std::int64_t>(count))));
    m_findings->setVisible(count > 0);
}

} // namespace intersect::ui
