// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/select_page.h"

#include <algorithm>

#include <QFileDialog>
#include <QFileInfo>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "core/data/list_import.h"
#include "ui/pages/select_choices.h"
#include "ui/pages/select_compare.h"
#include "ui/pages/select_frames.h"
#include "ui/pages/select_history.h"
#include "ui/pages/select_split.h"
#include "ui/pages/select_table.h"
#include "ui/text.h"
#include "ui/widgets/inline_message.h"
#include "ui/widgets/panes.h"

namespace intersect::ui {

namespace {
constexpr int kSaveAfterMs = 400;
}

SelectPage::SelectPage(Session& session, QWidget* parent) : Page(session, parent) {
    setObjectName(QStringLiteral("selectPage"));
    m_history = new SelectHistory(this);
    m_choices = new SelectChoices(session);
    m_split = new SelectSplit;
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(new Panes(QStringLiteral("selectPanes"), m_choices, makeCentre(), m_split, 308, 340));
    m_saveTimer.setSingleShot(true);
    m_saveTimer.setInterval(kSaveAfterMs);

    connect(m_history, &SelectHistory::stateAsked, this, &SelectPage::apply);
    connect(m_choices, &SelectChoices::edited, this, &SelectPage::push);
    connect(m_choices, &SelectChoices::chooseClicked, this, &SelectPage::choose);
    connect(m_choices, &SelectChoices::stopClicked, &m_job, &SelectJob::stop);
    connect(m_choices, &SelectChoices::importAsked, this, &SelectPage::askForList);
    connect(m_choices, &SelectChoices::compareAsked, this, [this] {
        m_compare->setVisible(true);
        m_compare->refresh();
        showAll();
    });
    connect(m_split, &SelectSplit::edited, this, &SelectPage::push);
    connect(m_split, &SelectSplit::writeClicked, this, &SelectPage::write);
    connect(m_split->trainButton(), &QPushButton::clicked, this, &SelectPage::trainWithThis);
    connect(m_split, &SelectSplit::nameChanged, this, &Page::headChanged);
    connect(m_split, &SelectSplit::frameActivated, &session, &Session::frameRequested);
    connect(&m_job, &SelectJob::started, this, [this] { m_choices->setBusy(true, needsWorker(m_state)); });
    connect(&m_job, &SelectJob::progress, this, [this](const QString& sentence, qint64 done, qint64 total) {
        m_choices->setProgress(sentence, done, total);
        m_empty->setSentence(sentence);
    });
    connect(&m_job, &SelectJob::chosen, this, [this](const std::shared_ptr<const select::Selection>& selection, const SelectState& state) {
        m_drawn = selection;
        m_drawnFor = state;
        m_selection.reset();
        refreshSelection();
        deal();
        saveSoon();
    });
    connect(&m_job, &SelectJob::failed, this, &SelectPage::chooseFailed);
    connect(&m_job, &SelectJob::ended, this, [this] {
        m_choices->setBusy(false, false);
        m_empty->setSentence(tr("Choose a pool and a budget, then press Choose."));
    });
    connect(&m_saveTimer, &QTimer::timeout, this, [this] {
        const auto& workspace = this->session().workspace();
        if (!workspace)
            return;
        m_saving.start([folder = workspace->folder, kept = stored()](const JobRunner::Cancelled&) { return writeSelectState(folder, kept); },
                       [this](Result<void> written) {
                           if (!written)
                               this->session().showStatus(tr("The choices of this page are not remembered: %1").arg(qs(written.error().message)));
                       });
    });
    connect(&session, &Session::datasetChanged, this, &SelectPage::takeDataset);
    takeDataset();
}

SelectPage::~SelectPage() {
    m_history->disconnect(this);
    if (m_saveTimer.isActive()) // the session may be gone already
        (void)writeSelectState(toPath(m_restoredFor), stored());
}

QWidget* SelectPage::makeCentre() {
    auto* centre = new SurfaceArea;
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins(16, 8, 16, 8);
    layout->setSpacing(8);
    m_warning = new InlineMessage(InlineMessage::Kind::Warning);
    m_warning->setObjectName(QStringLiteral("quotaWarning"));
    m_warning->hide();
    layout->addWidget(m_warning);
    m_table = new SelectTable;
    layout->addWidget(m_table, 3);
    layout->addWidget(new HairLine);
    m_frames = new SelectFrames;
    layout->addWidget(m_frames, 4);
    m_compare = new SelectCompare(session());
    m_compare->hide();
    layout->addWidget(m_compare, 8);
    m_empty = new EmptyState(tr("Choose a pool and a budget, then press Choose."), tr("Choose 200 frames"));
    m_empty->setObjectName(QStringLiteral("selectEmpty"));
    layout->addWidget(m_empty, 4);

    connect(m_table, &SelectTable::counted, this, &SelectPage::editCount);
    connect(m_table, &SelectTable::lockToggled, this, &SelectPage::toggleLock);
    connect(m_table, &SelectTable::currentRowChanged, this, [this](int row) {
        const std::vector<select::CameraQuota> rows = rowsNow();
        if (row >= 0 && row < static_cast<int>(rows.size()))
            m_frames->setCamera(rows[static_cast<std::size_t>(row)].camera);
    });
    connect(m_frames, &SelectFrames::edited, this, &SelectPage::push);
    connect(m_frames, &SelectFrames::frameActivated, &session(), &Session::frameRequested);
    connect(m_compare, &SelectCompare::joined, this, [this](const std::shared_ptr<const GivenList>& list) { takeGiven(list, tr("join %1").arg(list->name)); });
    connect(m_compare, &SelectCompare::closed, this, [this] {
        m_compare->hide();
        showAll();
    });
    connect(m_empty->button(), &QPushButton::clicked, this, &SelectPage::choose);
    return centre;
}

QString SelectPage::subtitle() const {
    if (!session().dataset())
        return {};
    const QString name = m_split->selectionName();
    const bool written = !m_writtenName.isEmpty() && name == m_writtenName && m_writtenFor == m_state;
    return written ? tr("%1 · written").arg(name) : tr("%1 · not yet written").arg(name);
}

QList<QAbstractButton*> SelectPage::headButtons() {
    return {m_history->undoButton(), m_history->redoButton()};
}

void SelectPage::primary() {
    if (m_selection)
        write(false);
    else
        choose();
}

QString SelectPage::helpText() const {
    return tr("Here you decide which frames to train on. Take a pool, say how many frames you can afford, and how they are spread over its cameras: at random, "
              "equally, by a ranking where each camera gets the ratio times what the one before it gets, by what a camera was measured to be worth, by counts you type into the "
              "table, or by what a network sees in the frames. The exact quota stands beside the whole number, so you see where rounding took or gave a frame. Single frames are put in "
              "and taken out with S and pinned with P; a pinned frame stays through every new draw.\n\n"
              "Right, the chosen frames are dealt into train and val. The leak meter shows how near in time, or how alike in picture, each val frame lies to a train frame of the same "
              "camera: near twins make the validation score look better than it is. Write lists puts train.txt, val.txt, test.txt, data.yaml and selection.yaml into the workspace; "
              "YOLOv5 reads them as they are.");
}

void SelectPage::takeDataset() {
    m_job.stop();
    m_dealing.cancel();
    m_importing.cancel();
    m_selection.reset();
    m_deal.reset();
    m_dataset = session().dataset();
    m_places = m_dataset ? std::make_shared<select::FramePlaces>(*m_dataset) : nullptr;
    setEnabled(m_dataset != nullptr);
    if (!m_dataset || !session().workspace()) {
        m_drawn.reset();
        Q_EMIT headChanged();
        return;
    }
    SelectState state = m_state;
    const QString folder = qs(session().workspace()->folder);
    const bool sameWorkspace = m_restoredFor == folder;
    bool restored = false;
    if (!sameWorkspace) {
        m_history->clear();
        m_writtenName.clear();
        m_drawn.reset();
        m_restoredFor = folder;
        state = SelectState();
        restored = restore(state);
    }
    // Read again after something changed on disk, the choice stays as far as its frames are still there.
    if (m_drawn && std::any_of(m_drawn->images.begin(), m_drawn->images.end(), [this](const auto& image) { return !m_places->find(image); }))
        m_drawn.reset();
    m_choices->setDataset(*m_dataset, state);
    const bool noTest = (sameWorkspace || restored) && state.testPool.isEmpty();
    m_split->setDataset(*m_dataset, state);
    if (noTest)
        state.testPool.clear();
    qint64 available = 0;
    for (const data::Camera& camera : m_dataset->cameras)
        if (qs(camera.pool) == state.pool)
            available += camera.frameCount;
    if (!sameWorkspace && state.budget > available && available > 0)
        state.budget = std::max<qint64>(1, available / 2);
    m_quotas = {};
    apply(state);
}

bool SelectPage::restore(SelectState& state) {
    auto stored = readSelectState(session().workspace()->folder);
    if (!stored)
        return false;
    state = stored->state;
    m_drawn = stored->drawn;
    m_drawnFor = state;
    m_drawnFor.added.clear();
    m_drawnFor.removed.clear();
    if (m_drawn) {
        m_drawnFor.pins = {m_drawn->pins.begin(), m_drawn->pins.end()};
        const auto barred = std::find_if(m_drawn->settings.begin(), m_drawn->settings.end(), [](const auto& setting) { return setting.first == "barred"; });
        if (barred == m_drawn->settings.end() || barred->second != std::to_string(state.bars.size()))
            m_drawnFor.bars.clear();
    }
    return true;
}

void SelectPage::push(const SelectState& wanted, const QString& what, bool merge) {
    using select::Strategy;
    SelectState next = wanted;
    if (next.strategy == Strategy::Counts && m_state.strategy != Strategy::Counts && next.counts.empty()) {
        const SelectState counted = withCounts(); // custom counts start from what the table shows now
        next.counts = counted.counts;
        next.shares = counted.shares;
        next.locked = counted.locked;
    } else if (next.strategy == Strategy::Counts && next.counts == m_state.counts && next.budget != m_state.budget) {
        takeSum(next);
    } else if (next.strategy != Strategy::Counts) {
        next.counts.clear();
        next.shares.clear();
        next.locked.clear();
    }
    if (next.strategy == Strategy::Counts)
        next.budget = budgetOf(next);
    // What was drawn needs no putting in, and what was not drawn no taking out.
    if (m_drawn && !next.given && sameDraw(next, m_drawnFor) && !(next.added.empty() && next.removed.empty())) {
        const SelectState::Paths drawn(m_drawn->images.begin(), m_drawn->images.end());
        std::erase_if(next.added, [&](const auto& path) { return drawn.contains(path); });
        std::erase_if(next.removed, [&](const auto& path) { return !drawn.contains(path); });
    }
    if (next == m_state) {
        m_choices->setState(m_state); // a number that was held back
        return;
    }
    m_history->push(m_state, next, what, merge);
}

void SelectPage::apply(const SelectState& state) {
    const bool otherQuotas = !sameDraw(state, m_state) || state.pins != m_state.pins || state.bars != m_state.bars || m_quotas.rows.empty();
    m_state = state;
    m_choices->setState(state);
    m_split->setState(state);
    m_split->suggestName(suggestedName(state));
    m_split->setWritten({});
    m_split->setProblem({}, {}, false);
    if (otherQuotas)
        refreshQuotas();
    refreshSelection();
    deal();
    saveSoon();
    Q_EMIT headChanged();
}

void SelectPage::choose() {
    if (!m_dataset || !session().workspace() || m_job.isRunning() || !m_choices->chooseButton()->isEnabled())
        return;
    if (!m_state.added.empty() || !m_state.removed.empty()) {
        SelectState next = m_state;
        next.added.clear();
        next.removed.clear();
        push(next, tr("choose again"), false);
    }
    if (needsWorker(m_state))
        saveNow(); // it reads pins and bars
    m_job.start(m_dataset, m_state, session().workspace()->folder);
}

void SelectPage::chooseFailed(const QString& sentence, const QString& advice, const QString& lastLines) {
    m_warning->show(sentence, advice, lastLines);
}

void SelectPage::deal() {
    m_deal.reset();
    if (!m_selection) {
        m_dealing.cancel();
        showAll();
        return;
    }
    if (m_frames->isVisibleTo(this)) // the next key must meet what the last one left
        m_frames->show({m_dataset, m_places, m_selection, nullptr, rowsNow()}, m_state);
    m_dealing.start([selection = m_selection, state = m_state](const JobRunner::Cancelled&) { return dealSelection(*selection, state); },
                    [this](Result<Deal> dealt) {
                        if (dealt)
                            m_deal = std::make_shared<Deal>(std::move(*dealt));
                        else
                            m_split->setProblem(qs(dealt.error().message), qs(dealt.error().advice), false);
                        showAll();
                    });
}

void SelectPage::askForList() {
    const QString file = QFileDialog::getOpenFileName(this, tr("Choose a list of image paths"), {}, tr("Lists (*.txt);;All files (*)"));
    if (!file.isEmpty())
        importList(file);
}

void SelectPage::importList(const QString& file) {
    if (!m_dataset)
        return;
    m_importing.start([path = toPath(file), root = m_dataset->root](const JobRunner::Cancelled&) { return data::importImageList(path, root); },
                      [this, file](Result<data::ImportedList> imported) {
                          if (!imported) {
                              m_warning->show(qs(imported.error().message), qs(imported.error().advice));
                              return;
                          }
                          auto list = std::make_shared<GivenList>();
                          list->name = QFileInfo(file).fileName();
                          const auto paths = static_cast<std::int64_t>(imported->images.size());
                          list->note = tr("%1: of %2 paths %3 are there as written, %4 were matched below the data root by pool, camera and file.")
                                           .arg(list->name, qs(formatGrouped(paths)), qs(formatGrouped(static_cast<std::int64_t>(imported->asWritten))),
                                                qs(formatGrouped(static_cast<std::int64_t>(imported->matched))));
                          list->images = std::move(imported->images);
                          takeGiven(list, tr("import %1").arg(list->name));
                      });
}

void SelectPage::takeGiven(const std::shared_ptr<const GivenList>& list, const QString& what) {
    SelectState next = m_state;
    next.given = list;
    next.added.clear();
    next.removed.clear();
    m_compare->hide();
    push(next, what, false);
    session().showStatus(list->note);
}

} // namespace intersect::ui
