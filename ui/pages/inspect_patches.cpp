// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/inspect_patches.h"

#include <algorithm>

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QItemSelectionModel>
#include <QMenu>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/pages/inspect_page.h"
#include "ui/text.h"
#include "ui/widgets/side_pane.h"

namespace intersect::ui {
namespace {

constexpr int kSettledMs = 150; ///< keys held down go through boxes faster than that

} // namespace

/// What the job gives back.
struct InspectPatches::Made {
    std::shared_ptr<const std::vector<Patch>> patches;
    PatchRows arranged;
    PatchChoice choice;
    double confidence = 0, matchIou = 0;
};

InspectPatches::InspectPatches(Session& session, std::function<QString(int)> className, QWidget* parent) : QWidget(parent), m_session(session) {
    setObjectName(QStringLiteral("patchView"));
    m_model = new PatchListModel(className, this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_bar = new PatchFilterBar(std::move(className), this);
    column->addWidget(m_bar);
    column->addWidget(new HairLine(this));
    m_stack = new QStackedWidget(this);
    auto* room = new QWidget;
    auto* around = new QVBoxLayout(room);
    around->setContentsMargins(10, 8, 0, 0);
    m_grid = new PatchGrid(room);
    m_grid->setModel(m_model);
    around->addWidget(m_grid);
    m_empty = new EmptyState({}, tr("Clear filters"));
    m_empty->button()->setObjectName(QStringLiteral("clearPatchFiltersButton"));
    m_stack->addWidget(room);
    m_stack->addWidget(m_empty);
    column->addWidget(m_stack, 1);
    m_bar->sizeSlider()->setValue(m_grid->tileWidth());

    m_settled.setSingleShot(true);
    m_settled.setInterval(kSettledMs);
    connect(&m_settled, &QTimer::timeout, this, [this] {
        if (m_current && isVisible())
            Q_EMIT boxChosen(m_current->frame, m_current->box);
    });
    connect(&m_session, &Session::thresholdsChanged, this, &InspectPatches::refresh);
    connect(m_bar, &PatchFilterBar::choiceChanged, this, [this] {
        Q_EMIT errorWanted(m_bar->choice().error);
        refresh();
    });
    connect(m_bar->sizeSlider(), &QSlider::valueChanged, m_grid, &PatchGrid::setTileWidth);
    connect(m_grid, &PatchGrid::tileWidthChanged, m_bar->sizeSlider(), &QSlider::setValue);
    connect(m_empty->button(), &QPushButton::clicked, this, [this] {
        // Nothing is wrong: the next thing to look at is what was found.
        m_bar->setChoice(m_bar->choice() == PatchFilterBar::usual() ? PatchChoice{} : PatchFilterBar::usual());
    });
    connect(m_grid->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& current) {
        m_current.reset();
        if (!current.isValid())
            return;
        m_current = m_model->patchAt(current.row());
        m_settled.start();
    });
    connect(m_grid, &PatchGrid::openRequested, this, [this](const QModelIndex& index) {
        const Patch patch = m_model->patchAt(index.row());
        m_settled.stop();
        Q_EMIT boxOpened(patch.frame, patch.box);
    });
    connect(m_grid, &PatchGrid::copyRequested, this, &InspectPatches::copyPicture);
    connect(m_grid, &PatchGrid::menuRequested, this, &InspectPatches::showMenu);
}

void InspectPatches::setSource(std::shared_ptr<const Inspection> inspection, std::shared_ptr<const FrameErrors> errors,
                               std::vector<std::uint32_t> frames) {
    if (inspection == m_inspection && errors == m_errors && frames == m_frames)
        return;
    m_inspection = std::move(inspection);
    m_errors = std::move(errors);
    m_frames = std::move(frames);
    m_patches.reset();
    m_bar->setJudged(!m_inspection || m_inspection->anyJudged());
    refresh();
}

void InspectPatches::setError(std::optional<eval::ErrorType> type) {
    PatchChoice choice = m_bar->choice();
    if (choice.error == type)
        return;
    choice.error = type;
    m_bar->setChoice(choice);
}

void InspectPatches::focusGrid() {
    m_grid->setFocus();
    if (!m_grid->currentIndex().isValid())
        m_grid->goTo(0);
}

void InspectPatches::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_behind)
        refresh();
}

void InspectPatches::refresh() {
    m_behind = !isVisible(); // what is seen has the cores for itself
    if (m_behind)
        return;
    if (!m_inspection) {
        m_job.cancel();
        m_model->setPatches({}, {}, {});
        return;
    }
    const double confidence = m_session.confidence(), matchIou = m_session.matchIou();
    if (confidence != m_confidence || matchIou != m_matchIou)
        m_patches.reset();
    m_job.start(
        [inspection = m_inspection, errors = m_errors, frames = m_frames, patches = m_patches, choice = m_bar->choice(), confidence,
         matchIou](const JobRunner::Cancelled& cancelled) {
            Made made{patches, {}, choice, confidence, matchIou};
            if (!made.patches)
                made.patches = std::make_shared<const std::vector<Patch>>(
                    gatherPatches(*inspection, errors.get(), frames, confidence, matchIou, cancelled));
            made.arranged = arrangePatches(*inspection, *made.patches, choice, cancelled);
            return made;
        },
        [this](Made made) { take(std::move(made)); });
}

void InspectPatches::take(Made made) {
    m_patches = std::move(made.patches);
    m_confidence = made.confidence;
    m_matchIou = made.matchIou;
    const bool otherChoice = !(made.choice == m_shown);
    m_shown = made.choice;
    const auto count = static_cast<std::int64_t>(made.arranged.rows.size());
    m_bar->setCounts(made.arranged.counts, static_cast<std::int64_t>(m_patches->size()), m_errors != nullptr);
    const bool judged = m_inspection->anyJudged();
    const QString sentence = patchesSentence(
        count, made.choice, made.choice.classId >= 0 ? m_model->className(made.choice.classId) : QString(), judged);
    m_bar->setSentence(sentence);
    // The box looked at stays the current one while thresholds move; another choice begins at its top.
    const std::optional<Patch> before = m_current;
    const bool inSight = m_grid->currentIndex().isValid() && m_grid->visualRect(m_grid->currentIndex()).intersects(m_grid->viewport()->rect());
    m_model->setPatches(m_inspection, m_patches, std::move(made.arranged.rows));
    if (otherChoice)
        m_grid->scrollToTop();
    if (const int row = before && !otherChoice ? m_model->rowOf(*before) : -1; row >= 0) {
        m_grid->setCurrentIndex(m_model->index(row, 0));
        if (!inSight)
            m_settled.stop();
    }
    m_stack->setCurrentIndex(count > 0 ? 0 : 1);
    const bool usual = made.choice == PatchFilterBar::usual();
    m_empty->setSentence(!judged ? tr("Nothing was found above this confidence. Lower it, or choose other weights.")
                         : usual ? tr("Nothing was missed and nothing invented at these thresholds.")
                                 : tr("No box fits these filters."));
    m_empty->button()->setText(usual ? tr("Show the found boxes") : tr("Clear filters"));
    m_empty->button()->setVisible(judged || !(made.choice == PatchChoice{}));
    if (!m_current)
        Q_EMIT said(count == 0 ? sentence : tr("%1 · Return opens the frame of a box, Ctrl C copies its picture").arg(sentence));
}

// --- taking away ---------------------------------------------------------------------------------------------------------

std::vector<int> InspectPatches::shownRows() const {
    std::vector<int> rows = m_grid->rowsInSight(); // their pictures are there
    if (m_grid->selectedCount() > 1)
        std::erase_if(rows, [this](int row) { return !m_grid->selectionModel()->isRowSelected(row); });
    return rows;
}

void InspectPatches::showMenu(const QPoint& globalPosition) {
    QMenu menu(this);
    menu.setObjectName(QStringLiteral("patchMenu"));
    const bool many = m_grid->selectedCount() > 1;
    menu.addAction(tr("Open the frame"), this, [this] { Q_EMIT m_grid->openRequested(m_grid->currentIndex()); });
    menu.addAction(many ? tr("Copy pictures") : tr("Copy picture"), this, &InspectPatches::copyPicture);
    menu.addAction(many ? tr("Save the selected tiles as a picture…") : tr("Save the tiles in sight as a picture…"), this,
                   &InspectPatches::askToSaveSheet);
    menu.addAction(tr("Copy the list as CSV"), this, &InspectPatches::copyList);
    menu.exec(globalPosition);
}

void InspectPatches::copyPicture() {
    const std::vector<int> rows = m_grid->selectedCount() > 1 ? shownRows() : m_grid->chosenRows();
    if (rows.empty())
        return;
    QGuiApplication::clipboard()->setImage(m_grid->sheet(rows));
    Q_EMIT said(rows.size() == 1 ? tr("Copied the picture of the box.")
                                 : tr("Copied the pictures of %1 boxes.").arg(qs(formatGrouped(static_cast<std::int64_t>(rows.size())))));
}

void InspectPatches::copyList() {
    if (!m_patches)
        return;
    const auto count = static_cast<std::int64_t>(m_model->rows().size());
    QGuiApplication::clipboard()->setText(patchesCsv(*m_inspection, *m_patches, m_model->rows(), [this](int id) { return m_model->className(id); }));
    Q_EMIT said(tr("Copied the list of %1 boxes as CSV.").arg(qs(formatGrouped(count))));
}

void InspectPatches::askToSaveSheet() {
    const QString file = QFileDialog::getSaveFileName(this, tr("Save the tiles as a picture"), QStringLiteral("boxes.png"), tr("Pictures (*.png *.jpg)"));
    if (!file.isEmpty())
        saveSheet(file);
}

bool InspectPatches::saveSheet(const QString& file) {
    const std::vector<int> rows = shownRows();
    const bool saved = m_grid->sheet(rows).save(file);
    if (saved)
        Q_EMIT said(tr("Saved %1 tiles as %2.").arg(qs(formatGrouped(static_cast<std::int64_t>(rows.size()))), file));
    else
        Q_EMIT failed(tr("The tiles cannot be written to %1.").arg(file), tr("Choose another folder or a name that ends in .png or .jpg."));
    return saved;
}

// --- on the page ---------------------------------------------------------------------------------------------------------

void InspectPage::addPatches() {
    m_patches = new InspectPatches(session(), [this](int id) { return className(id); });
    addView({.word = tr("Patches"), .tip = tr("Every box by itself: all that were invented or missed, of one class, one score, one error"),
             .body = m_patches, .ofPicture = false});
    m_patchesAt = static_cast<int>(m_viewList.size()) - 1;
    connect(m_viewSwitch, &SegmentedButtons::currentChanged, this, [this] {
        m_fromPatches = false;
        tellPatches();
    });
    connect(m_errorBars, &ErrorBars::chosenChanged, this, [this] { m_patches->setError(m_errorBars->chosen()); });
    connect(m_patches, &InspectPatches::errorWanted, m_errorBars, &ErrorBars::choose);
    connect(m_patches, &InspectPatches::boxChosen, this, &InspectPage::goToBox);
    connect(m_patches, &InspectPatches::boxOpened, this, [this](quint32 frame, const InspectedBox& box) {
        m_viewSwitch->setCurrent(0);
        m_fromPatches = true;
        m_list->setFocus();
        goToBox(frame, box);
    });
    connect(m_patches, &InspectPatches::said, this, &InspectPage::say);
    connect(m_patches, &InspectPatches::failed, this, [this](const QString& sentence, const QString& advice) { m_problem->show(sentence, advice); });
}

void InspectPage::tellPatches() {
    if (!onPatches())
        return;
    std::vector<std::uint32_t> frames;
    if (m_inspection)
        frames = chosenFrames(*m_inspection, m_listModel->counts(), FrameOrder::Camera);
    m_patches->setSource(m_inspection, errorsNow() != nullptr ? m_errors : nullptr, std::move(frames));
}

void InspectPage::goToBox(std::uint32_t frame, const InspectedBox& box) {
    goTo(frame);
    for (int row = 0; row < m_boxModel->rowCount(); ++row)
        if (Patch{frame, m_boxModel->box(row)}.isSameBox({frame, box})) {
            chooseBox(row);
            return;
        }
}

bool InspectPage::backToPatches() {
    if (!m_fromPatches)
        return false;
    m_viewSwitch->setCurrent(m_patchesAt);
    m_patches->focusGrid();
    return true;
}

} // namespace intersect::ui
