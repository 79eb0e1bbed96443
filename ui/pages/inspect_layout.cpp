// SPDX-License-Identifier: GPL-3.0-or-later
// The three panes of Inspect: what stands where.
#include <QHBoxLayout>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/pages/inspect_page.h"
#include "ui/text.h"
#include "ui/widgets/panes.h"
#include "ui/widgets/side_pane.h"
#include "ui/widgets/verdict_legend.h"

namespace intersect::ui {

QWidget* InspectPage::buildLeft() {
    QWidget* pane = makeSidePane(this);
    auto* column = new QVBoxLayout(pane);
    column->setContentsMargins(0, 10, 0, 0);
    column->setSpacing(8);
    auto* choices = new QVBoxLayout;
    choices->setContentsMargins(12, 0, 12, 0);
    choices->setSpacing(6);
    m_runs = new QComboBox(pane);
    m_runs->setObjectName(QStringLiteral("runCombo"));
    m_runs->setAccessibleName(tr("Run"));
    m_runs->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_runs->setMinimumContentsLength(8);
    choices->addWidget(m_runs);
    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    m_splits = new QComboBox(pane);
    m_splits->setObjectName(QStringLiteral("splitCombo"));
    m_splits->setAccessibleName(tr("Frames"));
    m_cameras = new QComboBox(pane);
    m_cameras->setObjectName(QStringLiteral("cameraCombo"));
    m_cameras->setAccessibleName(tr("Camera"));
    m_cameras->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_cameras->setMinimumContentsLength(6);
    row->addWidget(m_splits);
    row->addWidget(m_cameras, 1);
    choices->addLayout(row);
    m_listChoices = new QWidget(pane);
    auto* listChoices = new QVBoxLayout(m_listChoices);
    listChoices->setContentsMargins(0, 0, 0, 0);
    listChoices->setSpacing(6);
    choices->addWidget(m_listChoices);
    auto* sort = new QHBoxLayout;
    sort->setSpacing(8);
    m_sort = new SegmentedButtons({tr("FN"), tr("FP"), tr("TP"), tr("Error type")}, pane, SegmentedButtons::Width::Tight);
    m_sort->setObjectName(QStringLiteral("sortGroup"));
    m_sort->setAccessibleName(tr("Order of the frames"));
    const QString tips[] = {tr("Most missed boxes first"), tr("Most invented boxes first"), tr("Most found boxes first"),
                            tr("Most errors of one type first: of the chosen type, else of any")};
    for (int i = 0; i < static_cast<int>(std::size(tips)); ++i)
        m_sort->button(i)->setToolTip(tips[i]);
    m_sort->addMore({tr("Camera"), tr("Hour"), tr("Least sure true box")},
                    {tr("By camera, in the order of the files"), tr("By time of day, midnight first; frames without a time last"),
                     tr("By the lowest score of a found true box (TP), lowest first; frames in which nothing is found come last, "
                        "missed boxes do not count")});
    sort->addWidget(m_sort);
    m_pictureSort = new SegmentedButtons({tr("Name"), tr("Boxes")}, pane); // where there are no verdicts to sort by
    m_pictureSort->setObjectName(QStringLiteral("pictureSortGroup"));
    m_pictureSort->setAccessibleName(tr("Order of the pictures"));
    m_pictureSort->hide();
    sort->addWidget(m_pictureSort);
    sort->addStretch(1);
    listChoices->addLayout(sort);
    m_hint = new ThemedLabel(tr("No frame has this error. Lower the confidence or choose another type."), FontRole::Caption, Tone::Text3);
    m_hint->setWordWrap(true);
    m_hint->hide();
    listChoices->addWidget(m_hint);
    column->addLayout(choices);
    column->addWidget(new HairLine(pane));
    m_list = new InspectList(pane);
    m_list->setModel(m_listModel);
    addListSwitch(listChoices, column);
    column->addWidget(new HairLine(pane));
    m_detection = new PictureDetection(session(), pane);
    m_saving = new PictureSaving(session(), pane);
    column->addWidget(m_detection);
    return pane;
}

QWidget* InspectPage::buildCentre() {
    auto* centre = new SurfaceArea(this);
    auto* outer = new QVBoxLayout(centre);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    m_problem = new InlineMessage(InlineMessage::Kind::Error, centre);
    m_problem->hide();
    m_leftOut = new InlineMessage(InlineMessage::Kind::Warning, centre);
    m_leftOut->setObjectName(QStringLiteral("leftOutMessage"));
    outer->addWidget(m_detection->strip());
    outer->addWidget(m_saving->strip());
    m_messages = new QVBoxLayout;
    m_messages->setContentsMargins(16, 0, 16, 0);
    m_messages->addWidget(m_problem);
    m_messages->addWidget(m_leftOut);
    outer->addLayout(m_messages);
    m_stack = new QStackedWidget(centre);
    outer->addWidget(m_stack, 1);

    auto* work = new QWidget;
    auto* column = new QVBoxLayout(work);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(16, 8, 16, 8);
    row->setSpacing(12);
    m_viewSwitch = new SegmentedButtons({}, work);
    m_viewSwitch->setObjectName(QStringLiteral("viewSwitch"));
    m_viewSwitch->setAccessibleName(tr("How to look at what was found"));
    row->addWidget(m_viewSwitch);
    m_boxTools = new QWidget(work);
    auto* tools = new QHBoxLayout(m_boxTools);
    tools->setContentsMargins(0, 0, 0, 0);
    tools->setSpacing(6);
    row->addWidget(m_boxTools);
    m_zoomTools = new QWidget(work);
    auto* zoomTools = new QHBoxLayout(m_zoomTools);
    zoomTools->setContentsMargins(0, 0, 0, 0);
    zoomTools->setSpacing(6);
    row->addWidget(m_zoomTools);
    m_viewTools = new QHBoxLayout;
    row->addLayout(m_viewTools);
    addCompare();
    m_canvas = new ImageCanvas(work);
    m_canvas->setClassNames([this](int id) { return className(id); });
    addPictureTools(tools);
    auto* fit = new QPushButton(tr("Fit"), work);
    fit->setObjectName(QStringLiteral("fitButton"));
    fit->setProperty("small", true);
    fit->setToolTip(tr("Fit the picture into the view (0); 1 shows it at 100 %"));
    fit->setFocusPolicy(Qt::TabFocus);
    for (ImageCanvas* canvas : {m_canvas, m_compare->canvas(0), m_compare->canvas(1)})
        connect(fit, &QPushButton::clicked, canvas, &ImageCanvas::fit);
    zoomTools->addWidget(fit);
    m_zoom = new ThemedLabel({}, FontRole::Table, Tone::Text2);
    m_zoom->setObjectName(QStringLiteral("zoomLabel"));
    m_zoom->setMinimumWidth(52);
    zoomTools->addWidget(m_zoom);
    row->addStretch(1);
    m_legend = new VerdictLegend(work);
    row->addWidget(m_legend);
    column->addLayout(row);
    column->addWidget(new HairLine(work));
    m_views = new QStackedWidget(work);
    column->addWidget(m_views, 1);
    m_oneRun = new QWidget;
    auto* picture = new QVBoxLayout(m_oneRun);
    picture->setContentsMargins(0, 0, 0, 0);
    picture->setSpacing(0);
    picture->addWidget(m_canvas, 1);
    picture->addWidget(new HairLine(work));
    auto* strip = new QHBoxLayout;
    strip->setContentsMargins(16, 2, 16, 0);
    m_neighbours = new NeighbourStrip(*m_listModel, work);
    strip->addWidget(m_neighbours);
    picture->addLayout(strip);
    m_thresholds = new ThresholdPanel(session(), work);
    column->addWidget(new HairLine(work));
    column->addWidget(m_thresholds);

    m_empty = new EmptyState({}, tr("Detect on test"));
    m_empty->button()->setObjectName(QStringLiteral("detectButton"));
    m_stack->addWidget(work);
    m_stack->addWidget(m_empty);
    const auto showZoom = [this] { m_zoom->setText(tr("%1 %").arg(qs(formatFixed((comparing() ? m_compare->canvas(0) : m_canvas)->zoom() * 100, 0)))); };
    for (ImageCanvas* canvas : {m_canvas, m_compare->canvas(0)})
        connect(canvas, &ImageCanvas::zoomChanged, m_zoom, showZoom);
    connect(m_viewSwitch, &SegmentedButtons::currentChanged, m_zoom, showZoom);
    return centre;
}

QWidget* InspectPage::buildRight() {
    QWidget* pane = makeSidePane(this);
    auto* column = new QVBoxLayout(pane);
    column->setContentsMargins(0, 10, 0, 12);
    column->setSpacing(8);
    auto* head = new QVBoxLayout;
    head->setContentsMargins(16, 0, 16, 0);
    head->setSpacing(6);
    auto* names = new QHBoxLayout;
    m_frameName = new ThemedLabel({}, FontRole::SectionHeading);
    m_frameName->setObjectName(QStringLiteral("frameNameLabel"));
    m_runName = new ElidedLabel(FontRole::Caption, Tone::Text3);
    m_runName->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    names->addWidget(m_frameName);
    names->addSpacing(8);
    names->addWidget(m_runName, 1);
    head->addLayout(names);
    m_frameSummary = new VerdictSummary(pane);
    m_frameSummary->setObjectName(QStringLiteral("frameSummary"));
    head->addWidget(m_frameSummary);
    column->addLayout(head);
    auto* tableRow = new QHBoxLayout;
    tableRow->setContentsMargins(8, 0, 8, 0);
    m_boxes = new BoxTable(m_boxModel, pane);
    tableRow->addWidget(m_boxes);
    column->addLayout(tableRow, 1);
    column->addWidget(new HairLine(pane));
    auto* foot = new QVBoxLayout;
    foot->setContentsMargins(16, 4, 16, 0);
    foot->setSpacing(6);
    auto* sums = new QHBoxLayout;
    sums->addWidget(new ThemedLabel(tr("All frames"), FontRole::SectionHeading));
    sums->addStretch(1);
    m_sumName = new ThemedLabel({}, FontRole::Caption, Tone::Text3);
    sums->addWidget(m_sumName);
    foot->addLayout(sums);
    m_sumSummary = new VerdictSummary(pane);
    m_sumSummary->setObjectName(QStringLiteral("splitSummary"));
    foot->addWidget(m_sumSummary);
    column->addLayout(foot);
    addErrorTypes(column);
    return pane;
}

QString InspectPage::helpText() const {
    return tr(
        "Frames stand at the left, worst first. On the picture solid boxes were found (TP), dashed ones invented (FP), "
        "dotted ones missed (FN); "
        "thin white ones are the labels. Below lie the frames before and after of the same camera, and the two "
        "thresholds; above each slider "
        "every detection of the frame is a tick.\n\n"
        "The box under the mouse, else the chosen one, is lit with its partner: a detection with the true box it overlaps "
        "most, a missed box with the detection near it. What both cover is hatched, what only one covers is tinted; a strip "
        "tells the IoU, how it stands to 0.5, 0.75 and 0.9, and the highest threshold in steps of 0.05 that it passes. Frames "
        "can also be listed by camera, by time of day and by the least sure true box: the … behind the order.\n\n"
        "Pictures, folders, lists and a video may be dropped on the page, or opened with Open pictures: the weights "
        "chosen at the left detect on them. Weights may be "
        "dropped too. Boxes of pictures without labels have no verdict and stand in the colour of their class. Of a video "
        "every frame is taken, or one of several. Save results writes what stands at the confidence chosen as YOLO label "
        "files, as pictures with boxes, or as a video, each into a new folder or file.\n\n"
        "Error types tell why boxes are wrong, by TIDE's rules asked in this order: near but not well placed, in place but "
        "of another class, found twice, near nothing, and both badly placed and of another class; last the true boxes "
        "nothing was found for. They are found over all confidences at IoU 0.5, whatever the sliders say. The gain is what "
        "AP50 would be more without them; gains do not add up. A click on a type lists only the frames that have it at or above the confidence and marks its boxes; Esc lists all again.\n\n"
        "Suspect labels lists labels that may be wrong by what the run sees, most suspect first. A accepts the correction, "
        "R dismisses the suspicion, N and P go to the next and previous one, Ctrl Z takes the last decision back, Ctrl "
        "Shift Z decides again. Corrections go to copies of the label files in the workspace, below labels/corrected, each "
        "with a link to its picture beside it, which is where YOLO looks; the data set's own files stay as they are. Lists "
        "for training makes lists of a split that use them, called as the split with -corrected behind: choose "
        "them on Train, or give their data.yaml to YOLO. Write them again after further decisions.\n\n"
        "Patches shows every box by itself: in the beginning what was invented, surest first, then what was missed. Chips, class, error and score narrow them down; "
        "the bars of the error types choose the same errors. Return or a double click opens the frame of a box, Esc leads back. Ctrl C copies a tile; "
        "the context menu saves those in sight as one picture and copies the list.\n\n"
        "Compare two puts another run beside this one, or this run at other thresholds, or the weights it started from, or a file of "
        "detections. Zoom and position are linked, and the pointer shows as a cross on the other picture. Fixed "
        "is wrong in A and right in B, broken the other way round; the list at the left orders the frames by it, or lists box by box. Only "
        "differences leaves out what both agree on. X exchanges A and B, N and P go through the differences of the frame.\n\n"
        "J and K or Right and Left go to the next and previous frame, N and P to the next and previous error box. B, G "
        "and T show boxes, truth "
        "and words, H where all frames of the camera miss objects; Shown has all that and the classes. Ctrl C copies the "
        "picture with its boxes, as large as it is. + and - zoom, 0 fits, 1 shows 100 %, Space and drag moves the picture. "
        "[ and ] move the confidence "
        "by 0.01, with Shift the "
        "match IoU by 0.05.");
}

} // namespace intersect::ui
