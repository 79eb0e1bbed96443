// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train_queue.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QMenu>
#include <QShortcut>
#include <QSignalBlocker>

#include "ui/text.h"
#include "ui/widgets/cell_view.h"
#include "ui/widgets/loss_preview.h"

namespace intersect::ui {

namespace {

QPushButton* toolButton(const QString& objectName, const QString& word, const QString& toolTip) {
    auto* button = new QPushButton(word);
    button->setObjectName(objectName);
    button->setProperty("small", true);
    button->setToolTip(toolTip);
    return button;
}

std::vector<Cell> waitingCells(const runs::QueuedRun& run) {
    std::vector<Cell> cells(5);
    cells[0].text = qs(run.run);
    cells[0].strong = true;
    cells[1].text = run.goesOn ? QStringLiteral("–") : lossText(run.config.loss);
    cells[2].text = run.goesOn ? QStringLiteral("–") : QString::number(run.config.freeze.size());
    cells[3].text = TrainQueue::tr("Waiting");
    const QString epochs = TrainQueue::tr("%1 epochs");
    cells[4].text = run.goesOn ? (run.epochs > 0 ? TrainQueue::tr("to epoch %1").arg(run.epochs) : TrainQueue::tr("goes on")) : epochs.arg(run.config.epochs);
    for (const std::size_t quiet : {1, 2, 3, 4})
        cells[quiet].tone = Tone::Text2;
    return cells;
}

} // namespace

TrainQueue::TrainQueue(Session& session, QWidget* parent) : QWidget(parent), m_session(session) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(6);
    auto* head = new QHBoxLayout;
    head->setSpacing(6);
    head->addWidget(new ThemedLabel(tr("Queue"), FontRole::SectionHeading));
    m_caption = new ThemedLabel({}, FontRole::Caption, Tone::Text3);
    m_caption->setObjectName(QStringLiteral("queueCaption"));
    head->addWidget(m_caption);
    head->addStretch(1);
    m_goOn = toolButton(QStringLiteral("queueGoOnButton"), tr("Go on with the next run"), tr("Starts the first waiting run"));
    m_sooner = toolButton(QStringLiteral("queueSoonerButton"), tr("Sooner"), tr("One place up (Alt+Up)"));
    m_later = toolButton(QStringLiteral("queueLaterButton"), tr("Later"), tr("One place down (Alt+Down)"));
    m_remove = toolButton(QStringLiteral("queueRemoveButton"), tr("Remove"), tr("Takes the run out of the queue (Del)"));
    m_more = toolButton(QStringLiteral("queueMoreButton"), tr("This run…"), tr("What can be done with the selected run"));
    head->addWidget(m_more);
    column->addLayout(head);
    m_tools = new QWidget;
    auto* tools = new QHBoxLayout(m_tools);
    tools->setContentsMargins(0, 0, 0, 0);
    tools->setSpacing(6);
    for (QPushButton* button : {m_sooner, m_later, m_remove})
        tools->addWidget(button);
    tools->addStretch(1);
    tools->addWidget(m_goOn);
    column->addWidget(m_tools);
    m_problem = new InlineMessage(InlineMessage::Kind::Warning);
    m_problem->setObjectName(QStringLiteral("queueProblem"));
    m_problem->hide();
    column->addWidget(m_problem);
    m_table = new CellTable({{tr("Run"), false, {}},
                             {tr("Loss"), false, {}},
                             {tr("Frozen"), true, tr("Layers that kept their weights")},
                             {tr("State"), false, {}},
                             {tr("Result"), true, tr("Best mAP50 on val of a run that is done, else how far it came")}},
                            this);
    m_view = new CellView(m_table);
    m_view->setObjectName(QStringLiteral("queueTable"));
    m_view->setAccessibleName(tr("Runs of this workspace and those that wait"));
    m_view->setStretchColumn(0);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    column->addWidget(m_view, 1);

    connect(m_goOn, &QPushButton::clicked, this, &TrainQueue::goOnAsked);
    connect(m_sooner, &QPushButton::clicked, this, [this] { moveSelected(-1); });
    connect(m_later, &QPushButton::clicked, this, [this] { moveSelected(1); });
    connect(m_remove, &QPushButton::clicked, this, &TrainQueue::removeSelected);
    connect(m_more, &QPushButton::clicked, this, [this] { showMenu(m_more->mapToGlobal(QPoint(0, m_more->height()))); });
    connect(m_view, &QWidget::customContextMenuRequested, this, [this](const QPoint& at) { showMenu(m_view->viewport()->mapToGlobal(at)); });
    const auto onKeys = [this](const QKeySequence& keys, auto what) {
        auto* shortcut = new QShortcut(keys, m_view, what);
        shortcut->setContext(Qt::WidgetShortcut);
    };
    onKeys(QKeySequence(Qt::ALT | Qt::Key_Up), [this] { moveSelected(-1); });
    onKeys(QKeySequence(Qt::ALT | Qt::Key_Down), [this] { moveSelected(1); });
    onKeys(QKeySequence(Qt::Key_Delete), [this] { removeSelected(); });
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& current) {
        if (!current.isValid() || current.row() >= static_cast<int>(m_rows.size()))
            return;
        const Row row = m_rows[static_cast<std::size_t>(current.row())];
        m_selectedWaiting = row.waits ? row.run : QString();
        showButtons();
        if (!row.waits)
            Q_EMIT runChosen(row.run);
    });
    reload();
}

void TrainQueue::reloadIfChanged() {
    std::error_code missing;
    if (m_session.workspace() && std::filesystem::last_write_time(runs::RunQueue(*m_session.workspace()).file(), missing) != m_read && !missing)
        reload();
}

void TrainQueue::reload() {
    m_waiting.clear();
    m_problem->hide();
    if (m_session.workspace()) {
        std::error_code missing;
        m_read = std::filesystem::last_write_time(runs::RunQueue(*m_session.workspace()).file(), missing);
        if (auto read = runs::RunQueue(*m_session.workspace()).read())
            m_waiting = std::move(*read);
        else
            m_problem->show(qs(read.error().message), qs(read.error().advice));
    }
    showRows();
    Q_EMIT waitingChanged();
}

void TrainQueue::setRuns(const std::vector<RunRow>& runs, const QString& shown, const QString& live) {
    m_runs = runs;
    if (shown != m_shown)
        m_selectedWaiting.clear();
    m_shown = shown;
    m_live = live;
    showRows();
}

bool TrainQueue::did(const Result<void>& done) {
    reload();
    if (!done)
        m_problem->show(qs(done.error().message), qs(done.error().advice));
    return done.has_value();
}

bool TrainQueue::append(const runs::QueuedRun& run) {
    return m_session.workspace() && did(runs::RunQueue(*m_session.workspace()).append(run));
}

std::optional<runs::QueuedRun> TrainQueue::takeFirst() {
    if (!m_session.workspace())
        return std::nullopt;
    auto taken = runs::RunQueue(*m_session.workspace()).takeFirst();
    did(taken ? Result<void>() : failAs(taken));
    return taken ? std::move(*taken) : std::nullopt;
}

QStringList TrainQueue::waiting() const {
    QStringList names;
    for (const runs::QueuedRun& run : m_waiting)
        names << qs(run.run);
    return names;
}

const TrainQueue::Row* TrainQueue::selected() const {
    const QModelIndex current = m_view->selectionModel()->currentIndex();
    return current.isValid() && current.row() < static_cast<int>(m_rows.size()) ? &m_rows[static_cast<std::size_t>(current.row())] : nullptr;
}

void TrainQueue::moveSelected(int places) {
    if (const Row* row = selected(); row != nullptr && row->waits && m_session.workspace())
        did(runs::RunQueue(*m_session.workspace()).move(row->run.toStdString(), places));
}

void TrainQueue::removeSelected() {
    if (const Row* row = selected(); row != nullptr && row->waits && m_session.workspace())
        did(runs::RunQueue(*m_session.workspace()).remove(row->run.toStdString()));
}

void TrainQueue::showRows() {
    std::vector<std::vector<Cell>> cells;
    m_rows.clear();
    int current = -1;
    const auto addRun = [&](const RunRow& run) {
        const QString name = qs(run.summary.id);
        if (name == m_shown && m_selectedWaiting.isEmpty())
            current = static_cast<int>(m_rows.size());
        m_rows.push_back({name, false});
        cells.push_back(runCells(run));
    };
    const auto trains = [this](const RunRow& run) { return run.summary.state == runs::RunState::Running || qs(run.summary.id) == m_live; };
    for (const RunRow& run : m_runs)
        if (trains(run))
            addRun(run);
    for (const runs::QueuedRun& run : m_waiting) {
        if (qs(run.run) == m_selectedWaiting)
            current = static_cast<int>(m_rows.size());
        m_rows.push_back({qs(run.run), true});
        cells.push_back(waitingCells(run));
    }
    for (const RunRow& run : m_runs)
        if (!trains(run))
            addRun(run);
    {
        const QSignalBlocker blocked(m_view->selectionModel());
        m_table->setRows(std::move(cells));
        m_view->selectionModel()->setCurrentIndex(m_table->index(current, 0), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    }
    m_view->viewport()->update();
    showButtons();
}

void TrainQueue::showButtons() {
    const bool waits = !m_waiting.empty();
    m_caption->setText(waits ? tr("%1 waiting").arg(m_waiting.size()) : QString());
    m_goOn->setVisible(waits && m_live.isEmpty());
    const Row* row = selected();
    const bool movable = row != nullptr && row->waits;
    m_tools->setVisible(waits);
    for (QPushButton* button : {m_sooner, m_later, m_remove})
        button->setEnabled(movable);
    m_more->setVisible(!m_runs.empty());
    m_more->setEnabled(row != nullptr && !row->waits);
}

void TrainQueue::showMenu(const QPoint& at) {
    const Row* row = selected();
    if (row == nullptr)
        return;
    QMenu menu(this);
    if (row->waits) {
        menu.addAction(tr("Sooner"), this, [this] { moveSelected(-1); });
        menu.addAction(tr("Later"), this, [this] { moveSelected(1); });
        menu.addAction(tr("Remove from the queue"), this, &TrainQueue::removeSelected);
    } else {
        menu.addAction(tr("Take its settings for the next run"), this, [this, run = row->run] { Q_EMIT settingsAsked(run); });
        menu.addAction(tr("Compare its settings…"), this, [this, run = row->run] { Q_EMIT compareAsked(run); });
    }
    menu.exec(at);
}

} // namespace intersect::ui
