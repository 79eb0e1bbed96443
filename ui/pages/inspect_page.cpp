// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/inspect_page.h"

#include <algorithm>

#include <QFileDialog>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/widgets/panes.h"
#include "ui/widgets/verdict_painting.h"

namespace intersect::ui {
namespace {

constexpr int kPictureDelayMs = 120; ///< the old picture stays this long, so that going through frames does not flicker

QString counted(std::int64_t number) {
    return qs(formatGrouped(number));
}

} // namespace

InspectPage::InspectPage(Session& openSession, QWidget* parent) : Page(openSession, parent) {
    setObjectName(QStringLiteral("inspectPage"));
    m_listModel = new InspectListModel(this);
    m_boxModel = new BoxTableModel([this](int id) { return className(id); }, this);
    m_export = new QPushButton(tr("Export image"), this);
    m_export->setObjectName(QStringLiteral("exportImageButton"));
    m_export->setToolTip(tr("Save the picture with its boxes at full resolution"));

    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    QWidget* left = buildLeft();
    QWidget* centre = buildCentre();
    QWidget* right = buildRight();
    m_panes = new Panes(QStringLiteral("inspectPanes"), left, centre, right, 268, 340, this);
    outer->addWidget(m_panes);
    connect(m_viewSwitch, &SegmentedButtons::currentChanged, this, &InspectPage::showView);
    addView({tr("One run"), tr("The boxes of one run on the picture"), m_oneRun});
    addView({.word = tr("Compare two"), .tip = tr("Two runs or two thresholds on the same frame"), .body = m_compare, .tools = m_compare->tools(),
             .left = m_compare->list(), .boxTools = false, .thresholds = false, .right = false, .runs = false});
    addPatches();

    m_pictureDelay.setSingleShot(true);
    m_pictureDelay.setInterval(kPictureDelayMs);
    connect(&m_pictureDelay, &QTimer::timeout, this, [this] {
        if (m_frame < 0 || m_pictureFrame == m_frame)
            return;
        m_canvas->showLoading(m_inspection->detections.images[static_cast<std::size_t>(m_frame)].size);
        m_compare->showPicture({}, {}, m_inspection->detections.images[static_cast<std::size_t>(m_frame)].size);
        m_pictureFrame = m_frame;
        showBoxes();
    });

    Session& s = session();
    connect(&s, &Session::runsChanged, this, &InspectPage::refreshRuns);
    connect(&s, &Session::currentRunChanged, this, [this] { leavePictures(); });
    connect(&s, &Session::workspaceChanged, this, [this] {
        m_found.reset();
        leavePictures();
    });
    connect(&s, &Session::thresholdsChanged, this, &InspectPage::recount);
    connect(&s, &Session::frameRequested, this, &InspectPage::goToPath);
    connect(&s, &Session::framesRequested, this, &InspectPage::showOnly);
    connect(m_runs, &QComboBox::activated, this, [this](int row) {
        const QString run = m_runs->itemData(row).toString();
        m_pictures = run == kPicturesItem;
        m_saving->setOffered(m_pictures);
        if (!m_pictures && run != session().currentRun())
            session().setCurrentRun(run);
        else
            refreshRuns();
    });
    connect(m_splits, &QComboBox::activated, this, [this](int row) { load(m_run, m_splits->itemData(row).toString()); });
    connect(m_cameras, &QComboBox::activated, this, [this] {
        reorder();
        if (onSuspects())
            m_suspects->step(0);
    });
    connect(m_sort, &SegmentedButtons::currentChanged, this, &InspectPage::reorder);
    connect(m_pictureSort, &SegmentedButtons::currentChanged, this, &InspectPage::reorder);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& current) {
        if (current.isValid())
            goTo(m_listModel->frameAt(current.row()));
    });
    connect(m_neighbours, &NeighbourStrip::frameChosen, this, [this](quint32 frame) { goTo(frame); });
    connect(m_canvas, &ImageCanvas::boxClicked, this, &InspectPage::chooseBox);
    connect(m_boxes->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& current) {
        if (current.isValid())
            chooseBox(current.row());
    });
    connect(m_empty->button(), &QPushButton::clicked, this, &InspectPage::detect);
    connect(m_export, &QPushButton::clicked, this, &InspectPage::exportImage);
    connect(&m_worker, &WorkerClient::progressLine, this, [this](const QString& line) { m_empty->setSentence(line); });
    connect(&m_worker, &WorkerClient::ended, this, &InspectPage::detected);
    setUpPictures();
    refreshRuns();
}

QString InspectPage::className(int id) const {
    if (m_inspection && id >= 0 && static_cast<std::size_t>(id) < m_inspection->detections.names.size())
        return qs(m_inspection->detections.names[static_cast<std::size_t>(id)]);
    return session().className(id);
}

// --- the list ---------------------------------------------------------------------------------------------------------

void InspectPage::reorder() {
    if (!m_inspection)
        return;
    m_suspects->refilter();
    const std::int64_t before = m_frame;
    const QSignalBlocker quiet(m_list->selectionModel());
    m_listModel->setFrames(
        m_inspection, m_listModel->counts(),
        rowsOf(*m_inspection, m_listModel->counts()));
    showSums();
    Q_EMIT headChanged();
    if (m_listModel->rowCount() == 0)
        return;
    // A new order begins with its worst frame.
    const QModelIndex first = m_listModel->index(0, 0);
    m_list->selectionModel()->setCurrentIndex(first, QItemSelectionModel::ClearAndSelect);
    m_list->scrollTo(first);
    m_list->viewport()->update();
    if (m_listModel->frameAt(0) != before)
        goTo(m_listModel->frameAt(0));
}

void InspectPage::recount() {
    if (!m_inspection)
        return;
    m_behind = !isVisible(); // the page that is seen has the cores for itself
    if (m_behind)
        return;
    if (m_inspection->candidates && m_inspection->nmsIou != session().nmsIou()) {
        renew(); // the other thresholds with it
        return;
    }
    m_listModel->setThresholds(session().confidence(), session().matchIou());
    showHeat();
    if (m_frame >= 0)
        showBoxes();
    m_countJob.start(
        [inspection = m_inspection, confidence = session().confidence(), iou = session().matchIou()](const JobRunner::Cancelled& cancelled) {
            return countAllFrames(*inspection, confidence, iou, cancelled);
        },
        [this, inspection = m_inspection](std::vector<VerdictCounts> counts) {
            if (inspection != m_inspection || counts.size() != inspection->size())
                return;
            setCounts(std::move(counts));
        });
}

void InspectPage::goTo(std::uint32_t frame) {
    if (!m_inspection || frame >= m_inspection->size() || m_frame == static_cast<std::int64_t>(frame))
        return;
    m_frame = frame;
    if (const int row = m_listModel->rowOf(frame); row >= 0 && m_list->currentIndex().row() != row)
        m_list->setCurrentIndex(m_listModel->index(row, 0));
    const detect::ImageEntry& image = m_inspection->detections.images[frame];
    m_frameName->setText(qs(m_inspection->cameras[m_inspection->frames[frame].camera]) + QStringLiteral("  ") + inspectedTimeText(*m_inspection, frame));
    m_frameName->setToolTip(qs(image.file));
    m_runName->setText(shownName());
    m_neighbours->show(m_inspection, m_listModel->counts(), m_frame);
    m_compare->setFrame(m_frame);
    if (const QImage picture = m_loader.want(image.file, picturesAhead()); !picture.isNull()) {
        m_boxModel->setBoxes({}); // no box of the frame before stays chosen
        pictureCame(frame, picture, {});
    } else {
        showBoxes();
        m_pictureDelay.start();
    }
    showHeat();
    if (comparing())
        return; // it tells what differs
    const bool judged = m_inspection->frames[frame].judged;
    say((judged ? tr("%1 of %2 frames · J and K next and previous frame, N and P next and previous error")
                : tr("%1 of %2 pictures · J and K next and previous picture, N and P next and previous box"))
            .arg(counted(m_list->currentIndex().row() + 1), counted(m_listModel->rowCount())));
}

void InspectPage::pictureCame(std::uint32_t frame, const QImage& picture, const QString& problem) {
    if (m_frame != static_cast<std::int64_t>(frame))
        return;
    m_pictureDelay.stop();
    m_compare->showPicture(picture, problem, m_inspection->detections.images[frame].size);
    if (problem.isEmpty())
        m_canvas->showPicture(picture);
    else
        m_canvas->showProblem(problem, m_inspection->detections.images[frame].size);
    if (m_pictureFrame != m_frame) {
        m_pictureFrame = m_frame;
        showBoxes();
    }
}

void InspectPage::goToPath(const QString& path) {
    if (!m_inspection) {
        m_wantedPath = path;
        return;
    }
    const std::filesystem::path wanted = toPath(path);
    const auto& images = m_inspection->detections.images;
    const auto found = std::find_if(images.begin(), images.end(), [&](const detect::ImageEntry& image) { return image.file == wanted; });
    if (found == images.end()) {
        say(tr("%1 is not among the %2 frames of %3.")
                .arg(qs(wanted.filename()), m_pictures ? tr("pictures") : m_split, shownName()));
        return;
    }
    const auto frame = static_cast<std::uint32_t>(found - images.begin());
    if (m_listModel->rowOf(frame) < 0) {
        m_cameras->setCurrentIndex(0);
        reorder();
    }
    goTo(frame);
}

void InspectPage::step(int by) {
    if (comparing()) {
        m_compare->step(by);
        return;
    }
    if (onSuspects()) {
        m_suspects->step(by);
        return;
    }
    if (onPatches()) {
        m_patches->step(by);
        return;
    }
    const int count = m_listModel->rowCount();
    if (count == 0)
        return;
    const int row = m_list->currentIndex().isValid() ? m_list->currentIndex().row() + by : 0;
    m_list->setCurrentIndex(m_listModel->index(std::clamp(row, 0, count - 1), 0));
}

// --- keys and head ----------------------------------------------------------------------------------------------------

void InspectPage::keyPressEvent(QKeyEvent* event) {
    if (m_inspection && comparing() && m_compare->takeKey(*event))
        return;
    if (onSuspects() && event->matches(QKeySequence::Undo)) {
        m_suspects->undo();
        return;
    }
    if (onSuspects() && event->matches(QKeySequence::Redo)) {
        m_suspects->redo();
        return;
    }
    if (m_inspection && event->matches(QKeySequence::Copy)) {
        shownCanvas()->copyPicture();
        return;
    }
    if (!m_inspection || (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)) != 0) {
        Page::keyPressEvent(event);
        return;
    }
    const bool shift = (event->modifiers() & Qt::ShiftModifier) != 0;
    const auto press = [this](const char* name) { findChild<QAbstractButton*>(qs(name))->toggle(); };
    const auto confidence = [this](double by) { session().setConfidence(std::clamp(session().confidence() + by, 0.0, 1.0)); };
    const auto matchIou = [this](double by) { session().setMatchIou(std::clamp(session().matchIou() + by, 0.0, 1.0)); };
    switch (event->key()) {
    case Qt::Key_J:
    case Qt::Key_Right: step(1); break;
    case Qt::Key_K:
    case Qt::Key_Left: step(-1); break;
    case Qt::Key_A:
    case Qt::Key_R:
        if (onSuspects())
            m_suspects->decide(event->key() == Qt::Key_A);
        break;
    case Qt::Key_Home: step(-m_listModel->rowCount()); break;
    case Qt::Key_End: step(m_listModel->rowCount()); break;
    case Qt::Key_N: onSuspects() ? step(1) : nextError(1); break;
    case Qt::Key_P: onSuspects() ? step(-1) : nextError(-1); break;
    case Qt::Key_B: press("boxesToggle"); break;
    case Qt::Key_G: press("truthToggle"); break;
    case Qt::Key_T: press("labelsToggle"); break;
    case Qt::Key_H:
        press("heatToggle");
        break;
    case Qt::Key_Plus:
    case Qt::Key_Equal: m_canvas->zoomBy(1.25); break;
    case Qt::Key_Minus: m_canvas->zoomBy(0.8); break;
    case Qt::Key_0: m_canvas->fit(); break;
    case Qt::Key_1: m_canvas->setZoom(1, QPointF(m_canvas->width() / 2.0, m_canvas->height() / 2.0)); break;
    case Qt::Key_BracketLeft: shift ? matchIou(-0.05) : confidence(-0.01); break;
    case Qt::Key_BracketRight: shift ? matchIou(0.05) : confidence(0.01); break;
    case Qt::Key_BraceLeft: matchIou(-0.05); break;
    case Qt::Key_BraceRight: matchIou(0.05); break;
    case Qt::Key_Escape:
        if (backToPatches())
            break;
        if (m_errorBars->chosen())
            m_errorBars->choose(std::nullopt);
        else
            Page::keyPressEvent(event);
        break;
    default: Page::keyPressEvent(event);
    }
}

void InspectPage::say(const QString& text) {
    m_said = text;
    if (isVisible()) // the status line belongs to the page that is seen
        session().showStatus(text);
}

void InspectPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    m_list->setFocus();
    if (m_behind)
        recount();
    wantErrors();
    if (!m_said.isEmpty())
        session().showStatus(m_said);
}

void InspectPage::exportImage() {
    if (onPatches()) {
        m_patches->askToSaveSheet();
        return;
    }
    if (m_frame < 0)
        return;
    const QString name = qs(m_inspection->detections.images[static_cast<std::size_t>(m_frame)].file.stem()) + (comparing() ? QStringLiteral("-compare.png") : QStringLiteral("-inspect.png"));
    const QString file = QFileDialog::getSaveFileName(this, tr("Export image"), name, tr("Pictures (*.png *.jpg)"));
    if (!file.isEmpty())
        exportTo(file);
}

bool InspectPage::exportTo(const QString& file) {
    const bool saved = m_frame >= 0 && (comparing() ? m_compare->picture() : m_canvas->pictureWithOverlay()).save(file);
    if (saved)
        say(tr("Saved %1.").arg(file));
    else
        m_problem->show(tr("The picture cannot be written to %1.").arg(file), tr("Choose another folder or a name that ends in .png or .jpg."));
    return saved;
}

QString InspectPage::subtitle() const {
    if (!m_inspection)
        return {};
    if (comparing())
        return tr("A %1 and B %2 · %3").arg(m_compare->name(0), m_compare->name(1), m_split);
    if (!m_inspection->anyJudged())
        return tr("%1 · %2").arg(shownName(), m_found ? m_found->pictures : QString());
    const QString orders[] = {tr("sorted by missed boxes"),
                              tr("sorted by invented boxes"),
                              tr("sorted by found boxes"),
                              tr("sorted by error type"),
                              tr("sorted by camera"),
                              tr("sorted by time of day"),
                              tr("sorted by the least sure true box")};
    return tr("%1 · %2 · %3").arg(shownName(), m_pictures ? m_found->pictures : m_split, orders[m_sort->current()]);
}

QStringList InspectPage::command() const {
    if (m_detection->isRunning())
        return m_detection->command();
    if (m_pictures)
        return m_found->command;
    if (comparing())
        return m_compare->command();
    if (m_run.isEmpty())
        return {};
    return {QStringLiteral("evaluate"), qs(session().runPaths(m_run).folder), QStringLiteral("--split"), m_split.isEmpty() ? QStringLiteral("test") : m_split};
}

} // namespace intersect::ui
