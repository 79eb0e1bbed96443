// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data_page.h"

#include <algorithm>

#include <QCoreApplication>
#include <QFileDialog>
#include <QKeyEvent>
#include <QPainter>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/frame_painting.h"
#include "ui/widgets/loading_tiles.h"
#include "ui/widgets/panes.h"
#include "ui/widgets/side_pane.h"
#include "ui/widgets/thumbnail_provider.h"

namespace intersect::ui {
namespace {

/// train, val, test, unused: what the colours of bars and ticks say.
class UseLegend : public QWidget {
public:
    explicit UseLegend(QWidget* parent = nullptr) : QWidget(parent) {
        setFixedHeight(20);
        connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const Palette& palette = Theme::instance().palette();
        painter.setFont(Theme::font(FontRole::Caption));
        const QFontMetricsF metrics(painter.font());
        double x = 0;
        for (const FrameUse use : {FrameUse::Train, FrameUse::Val, FrameUse::Test, FrameUse::Unused}) {
            const QString word = use == FrameUse::Unused ? DataPage::tr("unused") : useWord(use);
            painter.setPen(Qt::NoPen);
            painter.setBrush(useColour(use, palette));
            painter.drawRoundedRect(QRectF(x, 6, 8, 8), 2, 2);
            painter.setPen(palette.text2);
            painter.drawText(QRectF(x + 13, 0, 80, 20), Qt::AlignLeft | Qt::AlignVCenter, word);
            x += 13 + metrics.horizontalAdvance(word) + 14;
        }
    }
};

QString counted(std::int64_t number) {
    return qs(formatGrouped(number));
}

} // namespace

DataPage::DataPage(Session& openSession, QWidget* parent) : Page(openSession, parent) {
    setObjectName(QStringLiteral("dataPage"));
    m_treeModel = new CameraTreeModel(this);
    m_frames = new FrameListModel(this);
    m_rescan = new QPushButton(tr("Check labels"), this);
    m_rescan->setObjectName(QStringLiteral("checkLabelsButton"));
    m_rescan->setToolTip(tr("Read folders and labels again and list what is wrong with them"));

    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    QWidget* left = buildLeft();
    QWidget* centre = buildCentre();
    m_details = new FrameDetails([this](int id) { return session().className(id); });
    outer->addWidget(new Panes(QStringLiteral("dataPanes"), left, centre, m_details, 236, 320, this));

    Session& s = session();
    connect(m_rescan, &QPushButton::clicked, &s, [&s] { s.rescan(); });
    connect(&s, &Session::datasetChanged, this, &DataPage::takeDataset);
    connect(&s, &Session::workspaceChanged, this, &DataPage::takeDataset);
    connect(&s, &Session::currentSelectionChanged, this, &DataPage::takeMarks);
    connect(&s, &Session::selectionsChanged, this, &DataPage::takeMarks);
    connect(&s, &Session::scanProgress, this, [this](qint64 done, qint64 total) {
        m_loading->setSentence(total > 0 ? tr("Reading labels: %1 of %2").arg(counted(done), counted(total)) : tr("Reading folders…"));
    });
    connect(m_tree, &CameraTree::chosen, this, [this](const QModelIndex& index) {
        m_cameras = m_treeModel->camerasOf(index);
        refilter();
    });
    connect(m_filters, &FrameFilterBar::filterChanged, this, &DataPage::refilter);
    connect(m_filters->boxesCheck(), &QCheckBox::toggled, m_grid, &FrameGrid::setBoxesShown);
    connect(m_filters->sizeSlider(), &QSlider::valueChanged, m_grid, &FrameGrid::setTileWidth);
    connect(m_grid, &FrameGrid::boxesShownChanged, this, [this](bool shown) {
        m_filters->boxesCheck()->setChecked(shown);
        m_details->setBoxesShown(shown);
    });
    connect(m_grid, &FrameGrid::viewMoved, this, &DataPage::showRange);
    connect(m_grid->selectionModel(), &QItemSelectionModel::currentChanged, this, &DataPage::showCurrent);
    connect(m_strip, &CameraStrip::frameChosen, this, [this](quint32 frame) {
        // A frame the filters leave out: the next one that is shown.
        for (std::uint32_t i = frame; i < m_dataset->frames.size(); ++i)
            if (const int row = m_frames->rowOf(i); row >= 0) {
                m_grid->goTo(row);
                return;
            }
    });
    connect(m_details, &FrameDetails::inspectRequested, this, [this](const QString& path) {
        Q_EMIT session().pageRequested(QStringLiteral("inspect"));
        Q_EMIT session().frameRequested(path);
    });
    takeDataset();
}

QWidget* DataPage::buildLeft() {
    auto* pane = new QWidget(this);
    pane->setProperty("pane", QStringLiteral("side"));
    pane->setAttribute(Qt::WA_StyledBackground);
    pane->setMinimumWidth(200);
    auto* column = new QVBoxLayout(pane);
    column->setContentsMargins(0, 12, 0, 0);
    column->setSpacing(6);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(16, 0, 14, 0);
    head->addWidget(new ThemedLabel(tr("Cameras"), FontRole::SectionHeading));
    head->addStretch(1);
    head->addWidget(new ThemedLabel(tr("frames · used"), FontRole::Caption, Tone::Text3));
    column->addLayout(head);
    m_tree = new CameraTree(pane);
    m_tree->setModel(m_treeModel);
    column->addWidget(m_tree, 1);
    column->addWidget(new HairLine(pane));
    auto* foot = new QVBoxLayout;
    foot->setContentsMargins(16, 6, 12, 10);
    foot->setSpacing(4);
    m_total = new ThemedLabel({}, FontRole::Caption, Tone::Text2);
    m_total->setObjectName(QStringLiteral("totalLabel"));
    m_total->setWordWrap(true);
    foot->addWidget(m_total);
    foot->addWidget(new UseLegend(pane));
    column->addLayout(foot);
    return pane;
}

QWidget* DataPage::buildCentre() {
    auto* centre = new SurfaceArea(this);
    auto* outer = new QVBoxLayout(centre);
    outer->setContentsMargins(0, 0, 0, 0);
    m_stack = new QStackedWidget(centre);
    outer->addWidget(m_stack);

    auto* browse = new QWidget;
    auto* column = new QVBoxLayout(browse);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_filters = new FrameFilterBar(browse);
    column->addWidget(m_filters);
    column->addWidget(new HairLine(browse));
    auto* messages = new QVBoxLayout;
    messages->setContentsMargins(16, 0, 16, 0);
    m_unreadable = new InlineMessage(InlineMessage::Kind::Warning, browse);
    QPushButton* showThem = m_unreadable->addButton(tr("Show them"), QStringLiteral("showUnreadableButton"));
    m_unreadable->hide();
    m_listProblem = new InlineMessage(InlineMessage::Kind::Warning, browse);
    m_listProblem->hide();
    messages->addWidget(m_unreadable);
    messages->addWidget(m_listProblem);
    column->addLayout(messages);
    auto* stripRow = new QHBoxLayout;
    stripRow->setContentsMargins(16, 6, 22, 2);
    m_strip = new CameraStrip(browse);
    stripRow->addWidget(m_strip);
    column->addLayout(stripRow);
    m_gridStack = new QStackedWidget(browse);
    auto* gridRoom = new QWidget;
    auto* gridRow = new QHBoxLayout(gridRoom);
    gridRow->setContentsMargins(10, 0, 4, 0);
    m_grid = new FrameGrid(gridRoom);
    m_grid->setModel(m_frames);
    gridRow->addWidget(m_grid);
    m_nothingPasses = new EmptyState(tr("No frame matches these filters."), tr("Clear filters"));
    m_nothingPasses->button()->setObjectName(QStringLiteral("clearFiltersButton"));
    m_gridStack->addWidget(gridRoom);
    m_gridStack->addWidget(m_nothingPasses);
    column->addWidget(m_gridStack, 1);

    m_loading = new LoadingTiles;
    m_empty = new EmptyState(tr("No frames here yet. Add a folder of camera folders."), tr("Add folder"));
    m_empty->button()->setObjectName(QStringLiteral("addFolderButton"));
    m_stack->addWidget(browse);
    m_stack->addWidget(m_loading);
    m_stack->addWidget(m_empty);

    connect(showThem, &QPushButton::clicked, m_filters, &FrameFilterBar::showFindingsOnly);
    connect(m_nothingPasses->button(), &QPushButton::clicked, m_filters, &FrameFilterBar::clearFilters);
    connect(m_empty->button(), &QPushButton::clicked, this, &DataPage::chooseFolder);
    return centre;
}

void DataPage::chooseFolder() {
    const QString folder = QFileDialog::getExistingDirectory(this, tr("A folder of camera folders"));
    if (!folder.isEmpty())
        session().openDataset(folder);
}

std::filesystem::path DataPage::selectionFolder() const {
    if (!session().workspace() || session().currentSelection().isEmpty())
        return {};
    return session().workspace()->selections() / toPath(session().currentSelection());
}

void DataPage::takeDataset() {
    if (session().dataset() != m_dataset)
        ThumbnailProvider::instance().clear(); // files may have changed; what could not be read is tried again
    m_dataset = session().dataset();
    m_marks.reset();
    m_markJob.cancel();
    m_rescan->setEnabled(m_dataset != nullptr);
    m_classes.clear();
    m_unreadable->hide();
    m_listProblem->hide();
    if (!m_dataset || m_dataset->frames.empty()) {
        m_treeModel->setDataset({}, {});
        m_frames->setFrames({}, {}, {});
        m_strip->setCameras({}, {}, {});
        m_cameras.clear();
        m_total->clear();
        m_subtitle.clear();
        const bool loading = session().isOpen() && !m_dataset;
        if (loading)
            m_loading->setSentence(tr("Reading folders…"));
        m_stack->setCurrentWidget(loading ? static_cast<QWidget*>(m_loading) : m_empty);
        showCurrent();
        Q_EMIT headChanged();
        return;
    }
    m_classes = classesOf(*m_dataset);
    int mostBoxes = 0;
    std::int64_t unreadable = 0;
    for (const data::Frame& frame : m_dataset->frames) {
        mostBoxes = std::max(mostBoxes, static_cast<int>(frame.labelCount));
        unreadable += frame.size.width == 0 ? 1 : 0;
    }
    m_filters->setData(m_classes, [this](int id) { return session().className(id); }, mostBoxes);
    const auto readable = std::find_if(m_dataset->frames.begin(), m_dataset->frames.end(), [](const data::Frame& f) { return f.size.width > 0; });
    if (readable != m_dataset->frames.end())
        m_grid->setProportions(static_cast<double>(readable->size.width) / readable->size.height);
    if (unreadable > 0)
        m_unreadable->show(unreadable == 1 ? tr("1 frame cannot be read.") : tr("%1 frames cannot be read.").arg(counted(unreadable)),
                           tr("They are left out of training and listed under findings."));
    m_treeModel->setDataset(m_dataset, {});
    m_cameras = m_treeModel->camerasOf({});
    m_stack->setCurrentIndex(0);
    // The first row stands for everything; the marks follow from the pool of threads.
    m_tree->setCurrentIndex(m_treeModel->index(0, 0));
    refilter();
    takeMarks();
}

void DataPage::takeMarks() {
    if (!m_dataset)
        return;
    m_markJob.start(
        [dataset = m_dataset, folder = selectionFolder()](const JobRunner::Cancelled&) {
            return std::make_shared<const FrameMarks>(marksOf(*dataset, folder));
        },
        [this, dataset = m_dataset](std::shared_ptr<const FrameMarks> marks) {
            if (dataset != m_dataset)
                return;
            m_marks = std::move(marks);
            m_treeModel->setMarks(m_marks);
            if (m_marks->problem.empty())
                m_listProblem->hide();
            else
                m_listProblem->show(tr("The lists of selection %1 cannot be read.").arg(session().currentSelection()), qs(m_marks->problem));
            refilter();
        });
}

void DataPage::refilter() {
    if (!m_dataset)
        return;
    // The same frame stays the current one where it still passes.
    const QModelIndex current = m_grid->currentIndex();
    const std::int64_t before = current.isValid() ? std::int64_t(m_frames->frameAt(current.row())) : -1;
    std::shared_ptr<const FrameMarks> marks = m_marks;
    if (!marks) {
        auto plain = std::make_shared<FrameMarks>();
        plain->use.assign(m_dataset->frames.size(), FrameUse::Unused);
        plain->findingBegin.assign(m_dataset->frames.size() + 1, 0);
        marks = std::move(plain);
    }
    std::vector<std::uint32_t> rows = filterFrames(*m_dataset, *marks, m_cameras, m_filters->filter());
    const std::size_t shown = rows.size();
    m_frames->setFrames(m_dataset, marks, std::move(rows));
    m_strip->setCameras(m_dataset, marks, m_cameras);
    m_gridStack->setCurrentIndex(shown > 0 ? 0 : 1);
    if (shown > 0) {
        const int row = before >= 0 ? m_frames->rowOf(static_cast<std::uint32_t>(before)) : -1;
        m_grid->goTo(std::max(0, row));
    }

    // Head: what is chosen in the tree.
    const QModelIndex at = m_tree->currentIndex();
    std::size_t findings = 0;
    for (const std::uint32_t index : m_cameras) {
        const data::Camera& camera = m_dataset->cameras[index];
        findings += marks->findingBegin[camera.frameBegin + camera.frameCount] - marks->findingBegin[camera.frameBegin];
    }
    const QString place = at.isValid() ? at.data().toString() : tr("All pools");
    m_subtitle = tr("%1 · %2 frames · %3 boxes").arg(place, counted(m_treeModel->useOf(at).frames), counted(m_treeModel->boxesOf(at)));
    if (m_marks)
        m_subtitle += findings == 1 ? tr(" · 1 finding") : tr(" · %1 findings").arg(counted(static_cast<std::int64_t>(findings)));
    const UseCounts all = m_treeModel->useOf({});
    m_total->setText(tr("%1 frames · %2 boxes · %3 used").arg(counted(all.frames), counted(m_treeModel->boxesOf({})), counted(all.used())));
    showCurrent();
    showRange();
    Q_EMIT headChanged();
}

void DataPage::showCurrent() {
    const QModelIndex current = m_grid->currentIndex();
    const std::int64_t frame = m_dataset && current.isValid() ? std::int64_t(m_frames->frameAt(current.row())) : -1;
    m_strip->setCurrent(frame);
    m_details->show(frame >= 0 ? m_dataset : nullptr, m_frames->marks(), frame, m_classes, session().currentSelection());
    if (!m_dataset || !isVisible())
        return; // the status line belongs to the page that is seen
    QString text = tr("%1 frames shown").arg(counted(m_frames->rowCount()));
    if (frame >= 0)
        text += tr(" · %1 current").arg(qs(m_dataset->frames[static_cast<std::size_t>(frame)].path.filename()));
    const UseCounts all = m_treeModel->useOf({});
    if (!session().currentSelection().isEmpty())
        text += tr(" · %1 in selection %2").arg(counted(all.chosen + all.train + all.val), session().currentSelection());
    session().showStatus(text);
}

void DataPage::showRange() {
    const auto [first, last] = m_grid->visibleRows();
    if (first < 0)
        m_strip->setShown(1, 0);
    else
        m_strip->setShown(m_frames->frameAt(first), m_frames->frameAt(last));
}

void DataPage::keyPressEvent(QKeyEvent* event) {
    // Keys that no control of the page wanted belong to the grid.
    switch (event->key()) {
    case Qt::Key_J:
    case Qt::Key_K:
    case Qt::Key_B:
    case Qt::Key_Home:
    case Qt::Key_End:
        if (event->modifiers() == Qt::NoModifier && m_stack->currentIndex() == 0) {
            QCoreApplication::sendEvent(m_grid, event);
            return;
        }
        break;
    default: break;
    }
    Page::keyPressEvent(event);
}

void DataPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    m_grid->setFocus();
    showCurrent(); // the status line is this page's again
}

QStringList DataPage::command() const {
    if (!session().workspace())
        return {};
    return {QStringLiteral("scan"), qs(session().workspace()->dataRoot)};
}

QString DataPage::helpText() const {
    return tr("The tree lists pools and their cameras; the bar says how many frames the current selection uses. The map above the grid has one "
              "segment per camera and one tick per used frame in time order; click it to jump, drag to scroll.\n\n"
              "J and K or the arrows go from frame to frame, Home and End to the first and last, B shows and hides boxes. A triangle marks frames "
              "with findings; the pane at the right names them with their label line.");
}

} // namespace intersect::ui
