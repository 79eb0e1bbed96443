// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data_page.h"

#include <QCheckBox>
#include <QPainter>
#include <QShortcut>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/frame_painting.h"
#include "ui/widgets/health_view.h"
#include "ui/widgets/loading_tiles.h"
#include "ui/widgets/panes.h"
#include "ui/widgets/segmented_buttons.h"
#include "ui/widgets/side_pane.h"

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

} // namespace

DataPage::DataPage(Session& openSession, QWidget* parent) : Page(openSession, parent), m_picker(openSession) {
    setObjectName(QStringLiteral("dataPage"));
    m_treeModel = new CameraTreeModel(this);
    m_treeModel->setClassNames([this](int id) { return session().className(id); });
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
    connectParts();
    takeWorkspace();
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
    m_totalBars = new ClassBars(pane);
    m_totalBars->setObjectName(QStringLiteral("totalBars"));
    foot->addWidget(m_totalBars);
    foot->addWidget(new UseLegend(pane));
    column->addLayout(foot);
    return pane;
}

QWidget* DataPage::buildTools(QWidget* parent) {
    auto* tools = new QWidget(parent);
    auto* row = new QHBoxLayout(tools);
    row->setContentsMargins(16, 8, 16, 8);
    row->setSpacing(8);
    m_view = new SegmentedButtons({tr("Frames"), tr("Health")}, tools);
    m_view->button(0)->setObjectName(QStringLiteral("framesViewButton"));
    m_view->button(1)->setObjectName(QStringLiteral("healthViewButton"));
    m_view->button(1)->setToolTip(tr("What is wrong or suspect in the data, by kind"));
    row->addWidget(m_view);
    row->addStretch(1);
    m_gridTools = new QWidget(tools);
    auto* right = new QHBoxLayout(m_gridTools);
    right->setContentsMargins(0, 0, 0, 0);
    right->setSpacing(8);
    m_clear = new QPushButton(tr("Clear filters"), m_gridTools);
    m_clear->setObjectName(QStringLiteral("clearAllButton"));
    m_clear->setProperty("small", true);
    right->addWidget(m_clear);
    m_boxes = new QCheckBox(tr("Boxes"), m_gridTools);
    m_boxes->setObjectName(QStringLiteral("boxesCheck"));
    m_boxes->setChecked(true);
    m_boxes->setToolTip(tr("Show the labelled boxes on the pictures (B)"));
    right->addWidget(m_boxes);
    auto* sortLabel = new ThemedLabel(tr("Sort"), FontRole::Body, Tone::Text2, m_gridTools);
    m_sort = new QComboBox(m_gridTools);
    m_sort->setObjectName(QStringLiteral("sortCombo"));
    m_sort->setProperty("small", true);
    m_sort->addItems({tr("Camera, time"), tr("Time"), tr("Most boxes"), tr("Fewest boxes")}); // as data::FrameSort
    m_sort->setToolTip(tr("By boxes means boxes of the chosen classes and sizes"));
    sortLabel->setBuddy(m_sort);
    right->addWidget(sortLabel);
    right->addWidget(m_sort);
    m_size = new QSlider(Qt::Horizontal, m_gridTools);
    m_size->setObjectName(QStringLiteral("sizeSlider"));
    m_size->setAccessibleName(tr("Size of the pictures"));
    m_size->setToolTip(tr("Size of the pictures (+ and −, or Ctrl and the wheel)"));
    m_size->setRange(FrameGrid::kLeastTile, FrameGrid::kMostTile);
    m_size->setPageStep(40);
    m_size->setValue(182);
    m_size->setFixedWidth(84);
    auto* sizeLabel = new ThemedLabel(tr("Size"), FontRole::Body, Tone::Text2, m_gridTools);
    sizeLabel->setBuddy(m_size);
    right->addWidget(sizeLabel);
    right->addWidget(m_size);
    row->addWidget(m_gridTools);
    return tools;
}

QWidget* DataPage::buildCentre() {
    auto* centre = new SurfaceArea(this);
    auto* outer = new QVBoxLayout(centre);
    outer->setContentsMargins(0, 0, 0, 0);
    m_stack = new QStackedWidget(centre);
    outer->addWidget(m_stack);

    auto* opened = new QWidget;
    auto* rows = new QVBoxLayout(opened);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addWidget(buildTools(opened));
    rows->addWidget(new HairLine(opened));
    m_viewStack = new QStackedWidget(opened);
    rows->addWidget(m_viewStack, 1);

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
    m_health = new HealthView;
    m_viewStack->addWidget(browse);
    m_viewStack->addWidget(m_health);

    m_loading = new LoadingTiles;
    m_empty = new EmptyState(tr("No frames here yet. Add a folder of camera folders."), tr("Add folder"));
    m_empty->button()->setObjectName(QStringLiteral("addFolderButton"));
    m_stack->addWidget(opened);
    m_stack->addWidget(m_loading);
    m_stack->addWidget(m_empty);
    connect(showThem, &QPushButton::clicked, this, [this] { m_filters->showFindings({}, {}); });
    connect(m_nothingPasses->button(), &QPushButton::clicked, m_filters, &FrameFilterBar::clearFilters);
    connect(m_clear, &QPushButton::clicked, m_filters, &FrameFilterBar::clearFilters);
    connect(m_empty->button(), &QPushButton::clicked, this, &DataPage::chooseFolder);
    return centre;
}

void DataPage::connectParts() {
    Session& s = session();
    connect(m_rescan, &QPushButton::clicked, &s, [&s] { s.rescan(); });
    connect(&s, &Session::datasetChanged, this, &DataPage::takeDataset);
    connect(&s, &Session::workspaceChanged, this, &DataPage::takeWorkspace);
    connect(&s, &Session::currentSelectionChanged, this, &DataPage::takeMarks);
    connect(&s, &Session::selectionsChanged, this, &DataPage::takeMarks);
    connect(&s, &Session::scanProgress, this, [this](qint64 done, qint64 total) {
        const QString sentence = total > 0 ? tr("Reading labels: %1 of %2").arg(qs(formatGrouped(done)), qs(formatGrouped(total))) : tr("Reading folders…");
        m_loading->setSentence(sentence);
        if (isVisible() && !m_dataset)
            session().showStatus(sentence);
    });
    connect(m_tree, &CameraTree::chosen, this, [this](const QModelIndex& index) {
        m_cameras = m_treeModel->camerasOf(index);
        refilter();
    });
    connect(m_filters, &FrameFilterBar::filterChanged, this, &DataPage::refilter);
    connect(m_sort, &QComboBox::currentIndexChanged, this, [this] {
        m_fromTop = true; // another order is asked for to see what comes first
        refilter();
    });
    connect(m_boxes, &QCheckBox::toggled, m_grid, &FrameGrid::setBoxesShown);
    connect(m_size, &QSlider::valueChanged, m_grid, &FrameGrid::setTileWidth);
    connect(m_grid, &FrameGrid::tileWidthChanged, m_size, &QSlider::setValue);
    connect(m_grid, &FrameGrid::boxesShownChanged, this, [this](bool shown) {
        m_boxes->setChecked(shown);
        m_details->setBoxesShown(shown);
    });
    connect(m_grid, &FrameGrid::viewMoved, this, &DataPage::showRange);
    connect(m_grid, &FrameGrid::pickRequested, this, &DataPage::pickChosen);
    connect(m_grid, &FrameGrid::menuRequested, this, &DataPage::showMenu);
    connect(m_grid, &FrameGrid::openRequested, this, [this](const QModelIndex& at) { inspect(m_dataset->frames[m_frames->frameAt(at.row())].path); });
    connect(m_grid->selectionModel(), &QItemSelectionModel::currentChanged, this, &DataPage::showCurrent);
    connect(m_grid->selectionModel(), &QItemSelectionModel::selectionChanged, this, &DataPage::showCurrent);
    connect(m_strip, &CameraStrip::frameChosen, this, &DataPage::goToFrame);
    connect(m_details, &FrameDetails::inspectRequested, this, [this](const QString& path) { inspect(toPath(path)); });
    connect(m_details, &FrameDetails::pickRequested, this, &DataPage::pickChosen);

    connect(m_view, &SegmentedButtons::currentChanged, this, [this](int view) { showHealth(view == 1); });
    connect(m_health, &HealthView::framesRequested, this, [this](const std::string& code) {
        m_tree->setCurrentIndex(m_treeModel->index(0, 0));
        m_filters->showFindings(code, HealthView::titleOf(code));
        m_view->setCurrent(0);
    });
    connect(m_health, &HealthView::frameRequested, this, [this](quint32 frame) {
        m_tree->setCurrentIndex(m_treeModel->index(0, 0));
        m_filters->clearFilters();
        m_view->setCurrent(0);
        goToFrame(frame);
    });
    DeepScan& deep = s.deepScan();
    connect(m_health, &HealthView::deepRequested, this, [this, &deep] {
        if (session().isOpen())
            deep.start(qs(session().workspace()->folder), session().deepFile()); // the workspace knows the class names
    });
    connect(m_health, &HealthView::deepCancelled, &deep, &DeepScan::cancel);
    connect(&deep, &DeepScan::progress, m_health, &HealthView::setDeepProgress);
    const auto deepEnded = [this](const QString& problem, const QString& advice) {
        m_health->setDeepEnded(problem, advice);
        m_health->setDeepTime(deepScanTime(session().deepFile()));
    };
    connect(&deep, &DeepScan::done, this, [deepEnded] { deepEnded({}, {}); });
    connect(&deep, &DeepScan::cancelled, this, [deepEnded] { deepEnded({}, {}); });
    connect(&deep, &DeepScan::failed, this, deepEnded);

    connect(&m_picker, &SelectionPicker::edited, this, [this](const QString& text) { m_said = text; });
    connect(&m_picker, &SelectionPicker::failed, &s, &Session::failed);
    connect(new QShortcut(QKeySequence::Undo, this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut), &QShortcut::activated, &m_picker, &SelectionPicker::undo);
    connect(new QShortcut(QKeySequence::Redo, this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut), &QShortcut::activated, &m_picker, &SelectionPicker::redo);
}

} // namespace intersect::ui
