// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/select_page.h"

#include <algorithm>
#include <cmath>

#include <QHBoxLayout>
#include <QShortcut>
#include <QUndoCommand>

#include "core/base/numbers.h"
#include "ui/pages/select_choices.h"
#include "ui/pages/select_split.h"
#include "ui/pages/select_tiles.h"
#include "ui/text.h"
#include "ui/widgets/bar_chart.h"
#include "ui/widgets/cell_view.h"
#include "ui/widgets/chosen_frames.h"
#include "ui/widgets/inline_message.h"
#include "ui/widgets/panes.h"
#include "ui/widgets/segmented_buttons.h"

namespace intersect::ui {

namespace {

enum Column { Rank, CameraName, Available, Exact, Selected, Rounding, Bar, ColumnCount };

/// One step that undo takes back: the whole state before and after.
class StateStep : public QUndoCommand {
public:
    StateStep(SelectPage& page, SelectState before, SelectState after, const QString& what, bool merge)
        : QUndoCommand(what), m_page(page), m_before(std::move(before)), m_after(std::move(after)), m_merge(merge) {}
    void undo() override { m_page.apply(m_before); }
    void redo() override { m_page.apply(m_after); }
    int id() const override { return m_merge ? 1 : -1; }
    bool mergeWith(const QUndoCommand* other) override {
        if (other->text() != text())
            return false;
        m_after = static_cast<const StateStep*>(other)->m_after;
        return true;
    }

private:
    SelectPage& m_page;
    SelectState m_before, m_after;
    bool m_merge;
};

QString signedText(double value) {
    return (value < 0 ? QString() : QStringLiteral("+")) + qs(formatFixed(value, 2));
}

} // namespace

SelectPage::SelectPage(Session& session, QWidget* parent) : Page(session, parent) {
    setObjectName(QStringLiteral("selectPage"));
    m_choices = new SelectChoices;
    m_split = new SelectSplit;
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(new Panes(QStringLiteral("selectPanes"), m_choices, makeCentre(), m_split, 308, 340));

    m_undoButton = new QPushButton(tr("Undo"));
    m_undoButton->setObjectName(QStringLiteral("undoButton"));
    m_redoButton = new QPushButton(tr("Redo"));
    m_redoButton->setObjectName(QStringLiteral("redoButton"));
    const auto icons = [this] {
        m_undoButton->setIcon(Theme::instance().icon(QStringLiteral("undo")));
        m_redoButton->setIcon(Theme::instance().icon(QStringLiteral("redo")));
    };
    icons();
    connect(&Theme::instance(), &Theme::changed, this, icons);
    const auto showUndo = [this] {
        m_undoButton->setEnabled(m_undo.canUndo());
        m_undoButton->setText(m_undo.canUndo() ? tr("Undo: %1").arg(m_undo.undoText()) : tr("Undo"));
        m_redoButton->setEnabled(m_undo.canRedo());
        m_redoButton->setText(m_undo.canRedo() ? tr("Redo: %1").arg(m_undo.redoText()) : tr("Redo"));
        m_undoButton->setToolTip(tr("Takes the last choice back (Ctrl+Z)"));
        m_redoButton->setToolTip(tr("Puts it in place again (Ctrl+Shift+Z)"));
    };
    showUndo();
    connect(&m_undo, &QUndoStack::indexChanged, this, showUndo);
    connect(m_undoButton, &QPushButton::clicked, &m_undo, &QUndoStack::undo);
    connect(m_redoButton, &QPushButton::clicked, &m_undo, &QUndoStack::redo);
    auto* undoKey = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Z), this);
    auto* redoKey = new QShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), this);
    for (QShortcut* key : {undoKey, redoKey})
        key->setContext(Qt::WidgetWithChildrenShortcut);
    connect(undoKey, &QShortcut::activated, &m_undo, &QUndoStack::undo);
    connect(redoKey, &QShortcut::activated, &m_undo, &QUndoStack::redo);

    connect(m_choices, &SelectChoices::edited, this, &SelectPage::push);
    connect(m_split, &SelectSplit::edited, this, &SelectPage::push);
    connect(m_choices, &SelectChoices::chooseClicked, this, &SelectPage::choose);
    connect(m_split, &SelectSplit::writeClicked, this, &SelectPage::write);
    connect(m_split->trainButton(), &QPushButton::clicked, this, &SelectPage::trainWithThis);
    connect(m_split, &SelectSplit::nameChanged, this, &Page::headChanged);
    connect(&session, &Session::datasetChanged, this, &SelectPage::takeDataset);
    takeDataset();
}

SelectPage::~SelectPage() {
    m_undo.disconnect(this); // its buttons may be gone with the page head
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

    m_table = new CellTable({{tr("Rank"), true, tr("Place in the ranking, or in name order")},
                             {tr("Camera"), false, {}},
                             {tr("Available"), true, tr("Frames the camera has in this pool")},
                             {tr("Exact quota"), true, tr("The camera's share in frames before rounding")},
                             {tr("Selected"), true, tr("Frames asked of the camera; type a number to set your own counts")},
                             {tr("Rounding"), true, tr("Selected minus exact quota, in frames")},
                             {tr("Selected of available"), false, {}}},
                            this);
    m_table->setTotalRows(1);
    m_tableView = new CellView(m_table);
    m_tableView->setObjectName(QStringLiteral("cameraTable"));
    m_tableView->setStretchColumn(Bar);
    m_tableView->fitHeight(9);
    m_tableView->setAccessibleName(tr("Cameras with quota and selected frames"));
    layout->addWidget(m_tableView);
    m_note = new ThemedLabel({}, FontRole::Caption, Tone::Text3);
    m_note->setObjectName(QStringLiteral("roundingNote"));
    m_note->setWordWrap(true);
    layout->addWidget(m_note);
    m_chart = new BarChart(tr("Quota and selection per camera"));
    m_chart->setObjectName(QStringLiteral("quotaChart"));
    m_chart->setMinimumHeight(190);
    layout->addWidget(m_chart, 3);
    layout->addWidget(new HairLine);
    auto* tilesRow = new QHBoxLayout;
    m_tilesHeading = new ThemedLabel(tr("Chosen frames"), FontRole::SectionHeading);
    m_order = new SegmentedButtons({tr("By camera"), tr("By time"), tr("By split")});
    m_order->setObjectName(QStringLiteral("chosenOrder"));
    tilesRow->addWidget(m_tilesHeading, 1);
    tilesRow->addWidget(m_order);
    layout->addLayout(tilesRow);
    m_tiles = new ChosenFrames;
    m_tiles->setObjectName(QStringLiteral("chosenStrip"));
    m_tiles->setMinimumHeight(90);
    layout->addWidget(m_tiles, 4);
    m_empty = new EmptyState(tr("Choose a pool and a budget, then press Choose."), tr("Choose 200 frames"));
    m_empty->setObjectName(QStringLiteral("selectEmpty"));
    layout->addWidget(m_empty, 4);

    connect(m_table, &CellTable::edited, this, [this](int row, int, qint64 value) { editCount(row, value); });
    connect(m_order, &SegmentedButtons::currentChanged, this, [this] { showTiles(); });
    connect(m_empty->button(), &QPushButton::clicked, this, &SelectPage::choose);
    connect(m_chart, &BarChart::categoryClicked, this, [this](int index) { m_tableView->selectRow(index); });
    connect(m_tableView->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& current) { m_chart->setCurrentCategory(current.row()); });
    connect(&Theme::instance(), &Theme::changed, this, [this] { showChart(); });
    return centre;
}

QString SelectPage::subtitle() const {
    if (!session().dataset())
        return {};
    const QString name = m_split->selectionName();
    const bool written = !m_writtenName.isEmpty() && name == m_writtenName && m_writtenFor == m_state;
    return written ? tr("%1 · written").arg(name) : tr("%1 · not yet written").arg(name);
}

QStringList SelectPage::command() const {
    const auto dataset = session().dataset();
    if (!dataset)
        return {};
    return selectArguments(m_state, qs(dataset->root), selectionFolder() + QStringLiteral("/selection.yaml"));
}

QList<QAbstractButton*> SelectPage::headButtons() {
    return {m_undoButton, m_redoButton};
}

void SelectPage::primary() {
    if (isChosen())
        write(false);
    else
        choose();
}

QString SelectPage::helpText() const {
    return tr("Here you decide which frames to train on. Take a pool, say how many frames you can afford, and how they are spread over its cameras: at random, "
              "equally, by a ranking where each camera gets the ratio times what the one before it gets, or by counts you type into the table. The exact quota stands "
              "beside the whole number, so you see where rounding took or gave a frame.\n\n"
              "Right, the chosen frames are dealt into train and val. The leak meter shows how near in time each val frame lies to a train frame of the same camera: "
              "near twins make the validation score look better than it is. Write lists puts train.txt, val.txt, test.txt, data.yaml and selection.yaml into the workspace; "
              "YOLOv5 reads them as they are.");
}

void SelectPage::takeDataset() {
    m_selection.reset();
    m_deal.reset();
    m_writtenName.clear();
    m_choosing.cancel();
    m_dealing.cancel();
    m_undo.clear();
    setEnabled(session().dataset() != nullptr);
    if (const auto dataset = session().dataset()) {
        SelectState state = m_state;
        m_choices->setDataset(*dataset, state);
        m_split->setDataset(*dataset, state);
        qint64 available = 0;
        for (const data::Camera& camera : dataset->cameras)
            if (qs(camera.pool) == state.pool)
                available += camera.frameCount;
        if (state.budget > available && available > 0)
            state.budget = std::max<qint64>(1, available / 2);
        apply(state);
    }
    Q_EMIT headChanged();
}

void SelectPage::push(const SelectState& next, const QString& what, bool merge) {
    if (next == m_state)
        return;
    SelectState state = next;
    // Custom counts start from what the table shows now.
    if (state.strategy == select::Strategy::Counts && m_state.strategy != select::Strategy::Counts) {
        state.counts.clear();
        for (const select::CameraQuota& quota : m_quotas)
            state.counts[qs(quota.name)] = quota.quota;
    }
    m_undo.push(new StateStep(*this, m_state, state, what, merge));
}

void SelectPage::apply(const SelectState& state) {
    const bool otherFrames = !sameFrames(state, m_state) || m_quotas.empty();
    m_state = state;
    m_choices->setState(state);
    m_split->setState(state);
    m_split->suggestName(suggestedName(state));
    m_split->setWritten({});
    m_split->setProblem({}, {}, false);
    if (otherFrames)
        refreshQuotas();
    deal();
    Q_EMIT headChanged();
}

void SelectPage::refreshQuotas() {
    const auto dataset = session().dataset();
    if (!dataset)
        return;
    auto quotas = select::quotasFor(*dataset, requestOf(m_state));
    if (!quotas) {
        m_warning->show(qs(quotas.error().message), qs(quotas.error().advice));
        m_choices->chooseButton()->setEnabled(false);
        m_empty->button()->setEnabled(false);
        return;
    }
    m_warning->hide();
    m_choices->chooseButton()->setEnabled(true);
    m_empty->button()->setEnabled(true);
    m_empty->button()->setText(m_choices->chooseButton()->text());
    m_quotas = std::move(*quotas);
    if (m_state.strategy == select::Strategy::Proportional)
        std::stable_sort(m_quotas.begin(), m_quotas.end(), [this](const select::CameraQuota& a, const select::CameraQuota& b) {
            return m_state.ranking.indexOf(qs(a.name)) < m_state.ranking.indexOf(qs(b.name));
        });
    for (const select::CameraQuota& quota : m_quotas)
        if (quota.quota > quota.available) {
            m_warning->show(tr("Camera %1 has %2 frames, the quota asks for %3. %4 go to the other cameras.")
                                .arg(qs(quota.name), qs(formatGrouped(quota.available)), qs(formatGrouped(quota.quota)), qs(formatGrouped(quota.quota - quota.available))),
                            tr("Lower the budget or the ratio if that is not what you want."));
            break;
        }
}

void SelectPage::showTable() {
    std::map<std::string, std::int64_t> chosen;
    if (isChosen())
        for (const select::CameraQuota& camera : m_selection->cameras)
            chosen[camera.camera] = camera.selected;
    std::vector<std::vector<Cell>> rows;
    qint64 available = 0, selected = 0;
    double exact = 0;
    QStringList roundedUp;
    for (const select::CameraQuota& quota : m_quotas) {
        const auto found = chosen.find(quota.camera);
        const qint64 frames = found != chosen.end() ? found->second : std::min(quota.quota, quota.available);
        const bool hasExact = m_state.strategy != select::Strategy::Random && m_state.strategy != select::Strategy::Counts;
        std::vector<Cell> row(ColumnCount);
        row[Rank].text = QString::number(rows.size() + 1);
        row[Rank].tone = Tone::Text2;
        row[CameraName].text = qs(quota.name);
        row[CameraName].strong = true;
        row[Available].text = qs(formatGrouped(quota.available));
        row[Exact].text = qs(formatFixed(quota.exact, 2));
        row[Selected].text = qs(formatGrouped(frames));
        row[Selected].editable = frames;
        row[Selected].most = quota.available;
        row[Selected].toolTip = tr("Type a number to set your own counts");
        row[Rounding].text = signedText(static_cast<double>(frames) - quota.exact);
        row[Rounding].tone = Tone::Text2;
        row[Bar].bar = quota.available > 0 ? static_cast<double>(frames) / static_cast<double>(quota.available) : 0.0;
        row[Bar].toolTip = tr("%1 of %2 frames").arg(row[Selected].text, row[Available].text);
        rows.push_back(std::move(row));
        available += quota.available;
        selected += frames;
        exact += quota.exact;
        if (hasExact && static_cast<double>(quota.quota) > std::floor(quota.exact + 1e-9) + 0.5)
            roundedUp << qs(quota.name);
    }
    std::vector<Cell> totals(ColumnCount);
    totals[CameraName].text = tr("%1 cameras").arg(m_quotas.size());
    totals[Available].text = qs(formatGrouped(available));
    totals[Exact].text = qs(formatFixed(exact, 2));
    totals[Selected].text = qs(formatGrouped(selected));
    rows.push_back(std::move(totals));
    m_table->setRows(std::move(rows));

    QString note;
    if (!roundedUp.isEmpty())
        note = tr("Largest remainder: +1 for %1").arg(roundedUp.join(QStringLiteral(", ")));
    if (isChosen())
        for (const std::string& sentence : m_selection->notes)
            note += (note.isEmpty() ? QString() : QStringLiteral(" · ")) + qs(sentence);
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

void SelectPage::showChart() {
    QStringList cameras, labels;
    BarSeries train{tr("train"), Theme::instance().palette().train, {}};
    BarSeries val{tr("val"), Theme::instance().palette().val, {}};
    std::vector<double> exact;
    for (const select::CameraQuota& quota : m_quotas) {
        cameras << qs(quota.name);
        labels << qs(formatGrouped(std::min(quota.quota, quota.available)));
        exact.push_back(quota.exact);
        std::pair<qint64, qint64> dealt{0, 0};
        if (isChosen() && m_deal)
            if (const auto found = m_deal->byCamera.find(quota.name); found != m_deal->byCamera.end())
                dealt = found->second;
        train.values.push_back(static_cast<double>(dealt.first));
        val.values.push_back(static_cast<double>(dealt.second));
    }
    m_chart->setCategories(cameras);
    if (isChosen()) {
        m_chart->setSeries({train, val}, true);
    } else {
        BarSeries asked{tr("asked for"), Theme::instance().palette().unused, {}};
        for (const select::CameraQuota& quota : m_quotas)
            asked.values.push_back(static_cast<double>(std::min(quota.quota, quota.available)));
        m_chart->setSeries({asked}, true);
    }
    m_chart->setMarkers(exact, tr("exact quota"), labels);
}

void SelectPage::showTiles() {
    const bool chosen = isChosen();
    m_empty->setVisible(!chosen);
    m_tiles->setVisible(chosen);
    m_tilesHeading->setVisible(chosen);
    m_order->setVisible(chosen);
    if (!chosen)
        return;
    std::vector<ChosenFrames::Tile> tiles = tilesOf(*m_selection, m_deal.get(), m_quotas, static_cast<TileOrder>(m_order->current()));
    m_tilesHeading->setText(tr("Chosen frames   %1").arg(qs(formatGrouped(static_cast<std::int64_t>(tiles.size())))));
    m_tiles->setTiles(std::move(tiles));
}

void SelectPage::showOutcome() {
    qint64 test = 0;
    if (const auto dataset = session().dataset())
        for (const data::Camera& camera : dataset->cameras)
            if (!m_state.testPool.isEmpty() && qs(camera.pool) == m_state.testPool)
                test += camera.frameCount;
    if (isChosen() && m_deal) {
        const auto train = static_cast<qint64>(m_deal->train.size()), val = static_cast<qint64>(m_deal->val.size());
        m_split->setOutcome(train, val, test);
        m_split->setLeak(m_deal->leak);
        if (isVisible())
            session().showStatus(tr("%1 of %2 frames chosen · %3 train, %4 val")
                                     .arg(qs(formatGrouped(train + val)), qs(formatGrouped(m_selection->count)), qs(formatGrouped(train)), qs(formatGrouped(val))));
    } else {
        m_split->setOutcome({}, {}, test);
        m_split->setLeak({});
    }
    m_split->trainButton()->setEnabled(isChosen() && m_deal != nullptr);
}

void SelectPage::choose() {
    const auto dataset = session().dataset();
    if (!dataset || !m_choices->chooseButton()->isEnabled())
        return;
    m_choices->setBusy(true);
    const SelectState state = m_state;
    m_choosing.start(
        [dataset, state](const JobRunner::Cancelled&) { return select::selectFrames(*dataset, requestOf(state)); },
        [this, state](Result<select::Selection> selection) {
            m_choices->setBusy(false);
            if (!selection) {
                m_warning->show(qs(selection.error().message), qs(selection.error().advice));
                return;
            }
            m_selection = std::make_shared<select::Selection>(std::move(*selection));
            m_chosenFor = state;
            deal();
        });
}

void SelectPage::deal() {
    m_deal.reset();
    const auto refresh = [this] {
        showTable();
        showChart();
        showTiles();
        showOutcome();
    };
    if (!isChosen()) {
        m_dealing.cancel();
        refresh();
        return;
    }
    m_dealing.start([selection = m_selection, state = m_state](const JobRunner::Cancelled&) { return dealSelection(*selection, state); },
                    [this, refresh](Result<Deal> dealt) {
                        if (dealt)
                            m_deal = std::make_shared<Deal>(std::move(*dealt));
                        else
                            m_split->setProblem(qs(dealt.error().message), qs(dealt.error().advice), false);
                        refresh();
                    });
}

QString SelectPage::selectionFolder() const {
    const auto& workspace = session().workspace();
    return workspace ? qs(workspace->selections()) + QLatin1Char('/') + m_split->selectionName() : m_split->selectionName();
}

std::vector<std::filesystem::path> SelectPage::testImages() const {
    std::vector<std::filesystem::path> images;
    if (const auto dataset = session().dataset(); dataset && !m_state.testPool.isEmpty())
        for (const data::Camera& camera : dataset->cameras)
            if (qs(camera.pool) == m_state.testPool)
                for (const data::Frame& frame : dataset->framesOf(camera))
                    images.push_back(frame.path);
    return images;
}

void SelectPage::write(bool replace) {
    const QString name = m_split->selectionName();
    if (!isChosen() || !m_deal || !session().workspace())
        return;
    if (name.isEmpty() || name.contains(QLatin1Char('/')) || name.startsWith(QLatin1Char('.'))) {
        m_split->setProblem(tr("The lists need a name that can be a folder: no slash, no dot in front."), tr("Type one, for instance %1.").arg(suggestedName(m_state)), false);
        return;
    }
    ListsToWrite lists{toPath(selectionFolder()), m_selection, m_deal, testImages(), session().workspace()->names, replace};
    m_split->writeButton()->setEnabled(false);
    m_writing.start([lists](const JobRunner::Cancelled&) { return writeLists(lists); },
                    [this, name, state = m_state, replace](Result<void> written) {
                        m_split->writeButton()->setEnabled(isChosen());
                        if (!written) {
                            const bool exists = !replace && (std::filesystem::exists(toPath(selectionFolder()) / "data.yaml") || std::filesystem::exists(toPath(selectionFolder()) / "train.txt"));
                            m_split->setProblem(exists ? tr("There are lists named %1 already.").arg(name) : qs(written.error().message),
                                                exists ? tr("Type another name, or replace them.") : qs(written.error().advice), exists);
                            return;
                        }
                        m_split->setProblem({}, {}, false);
                        m_writtenName = name;
                        m_writtenFor = state;
                        m_split->setWritten(tr("Written to selections/%1").arg(name));
                        session().noteSelectionsChanged();
                        session().setCurrentSelection(name);
                        session().showStatus(tr("Lists written to selections/%1: %2 train, %3 val").arg(name).arg(m_deal ? m_deal->train.size() : 0).arg(m_deal ? m_deal->val.size() : 0));
                        Q_EMIT headChanged();
                    });
}

void SelectPage::trainWithThis() {
    if (m_writtenName.isEmpty() || m_writtenFor != m_state) {
        m_split->setProblem(tr("These frames are not written yet."), tr("Press Write lists first; Train reads the lists from disk."), false);
        return;
    }
    session().setCurrentSelection(m_writtenName);
    Q_EMIT session().pageRequested(QStringLiteral("train"));
}

void SelectPage::editCount(int row, qint64 count) {
    if (row < 0 || row >= static_cast<int>(m_quotas.size()))
        return;
    SelectState next = m_state;
    if (next.strategy != select::Strategy::Counts) {
        next.strategy = select::Strategy::Counts;
        next.counts.clear();
        for (const select::CameraQuota& quota : m_quotas)
            next.counts[qs(quota.name)] = std::min(quota.quota, quota.available);
    }
    const QString camera = qs(m_quotas[static_cast<std::size_t>(row)].name);
    next.counts[camera] = count;
    if (next != m_state)
        m_undo.push(new StateStep(*this, m_state, next, tr("%1 frames of %2").arg(count).arg(camera), false));
}

} // namespace intersect::ui
