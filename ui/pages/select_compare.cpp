// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/select_compare.h"

#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/pages/select_tiles.h"
#include "ui/text.h"
#include "ui/widgets/cell_view.h"
#include "ui/widgets/chosen_frames.h"
#include "ui/widgets/inline_message.h"

namespace intersect::ui {

namespace {

using Images = std::vector<std::filesystem::path>;
const QString kChosen = QStringLiteral("/chosen"); // no folder's name

struct Loaded {
    Result<Images> one, two;
};

QString frames(qint64 count) {
    return count == 1 ? SelectCompare::tr("1 frame") : SelectCompare::tr("%1 frames").arg(qs(formatGrouped(count)));
}

} // namespace

SelectCompare::SelectCompare(Session& session, QWidget* parent) : QWidget(parent), m_session(session) {
    setObjectName(QStringLiteral("comparePanel"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(new ThemedLabel(tr("Compare"), FontRole::SectionHeading));
    m_first = new QComboBox;
    m_first->setObjectName(QStringLiteral("compareFirst"));
    m_first->setAccessibleName(tr("First selection"));
    m_second = new QComboBox;
    m_second->setObjectName(QStringLiteral("compareSecond"));
    m_second->setAccessibleName(tr("Second selection"));
    for (QComboBox* combo : {m_first, m_second}) {
        combo->setMinimumContentsLength(12);
        combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    }
    m_join = new QPushButton(tr("Join"));
    m_join->setObjectName(QStringLiteral("joinButton"));
    m_join->setToolTip(tr("Makes one list of both, to be dealt and written like any other"));
    auto* close = new QPushButton(tr("Close"));
    close->setObjectName(QStringLiteral("closeCompareButton"));
    head->addWidget(m_first, 1);
    head->addWidget(new ThemedLabel(tr("with"), FontRole::Body, Tone::Text2));
    head->addWidget(m_second, 1);
    head->addWidget(m_join);
    head->addWidget(close);
    layout->addLayout(head);
    m_problem = new InlineMessage(InlineMessage::Kind::Warning);
    m_problem->setObjectName(QStringLiteral("compareProblem"));
    m_leaveOut = m_problem->addButton(tr("Leave them out of the second"), QStringLiteral("leaveOutButton"));
    m_problem->hide();
    layout->addWidget(m_problem);
    m_table = new CellTable({{tr("Camera"), false, {}},
                             {tr("First"), true, tr("Frames of the first selection")},
                             {tr("Second"), true, tr("Frames of the second selection")},
                             {tr("In both"), true, tr("Frames that stand in both")},
                             {tr("First of both together"), false, {}}},
                            this);
    m_table->setTotalRows(1);
    m_view = new CellView(m_table);
    m_view->setObjectName(QStringLiteral("compareTable"));
    m_view->setStretchColumn(4);
    m_view->fitHeight(8);
    m_view->setAccessibleName(tr("Frames of both selections per camera"));
    layout->addWidget(m_view);
    m_sentence = new ThemedLabel({}, FontRole::Body, Tone::Text2);
    m_sentence->setObjectName(QStringLiteral("compareSentence"));
    m_sentence->setWordWrap(true);
    layout->addWidget(m_sentence);
    m_shared = new ChosenFrames;
    m_shared->setObjectName(QStringLiteral("sharedFrames"));
    m_shared->setAccessibleName(tr("Frames in both selections"));
    m_shared->setReadOnly(true);
    layout->addWidget(m_shared, 1);

    connect(m_first, &QComboBox::activated, this, &SelectCompare::load);
    connect(m_second, &QComboBox::activated, this, &SelectCompare::load);
    connect(m_join, &QPushButton::clicked, this, [this] { join(false); });
    connect(m_leaveOut, &QPushButton::clicked, this, [this] { join(true); });
    connect(close, &QPushButton::clicked, this, &SelectCompare::closed);
    connect(m_shared, &ChosenFrames::activated, this, [this](const std::filesystem::path& file) { Q_EMIT m_session.frameRequested(qs(file)); });
    connect(&session, &Session::selectionsChanged, this, [this] {
        if (isVisible())
            refresh();
    });
}

void SelectCompare::setChosen(const std::shared_ptr<const select::Selection>& selection, const QString& name) {
    const bool changed = selection != m_chosen;
    m_chosen = selection;
    m_chosenName = name;
    if (changed && isVisible())
        refresh();
}

void SelectCompare::fillCombo(QComboBox* combo, bool withChosen) {
    const QSignalBlocker quiet(combo);
    const QString before = combo->currentData().toString();
    combo->clear();
    if (withChosen && m_chosen)
        combo->addItem(tr("the chosen frames"), kChosen);
    for (const QString& name : m_session.selectionNames())
        combo->addItem(name, name);
    combo->setCurrentIndex(std::max(0, combo->findData(before)));
}

void SelectCompare::refresh() {
    fillCombo(m_first, true);
    fillCombo(m_second, false);
    // Two different ones to begin with, where there are two.
    if (m_second->count() > 1 && m_second->currentData() == m_first->currentData())
        m_second->setCurrentIndex(m_second->currentIndex() == 0 ? 1 : 0);
    load();
}

void SelectCompare::load() {
    m_problem->hide();
    m_one.reset();
    m_two.reset();
    m_join->setEnabled(false);
    if (!m_session.workspace() || m_second->count() == 0) {
        m_table->setRows({});
        m_shared->setTiles({});
        m_sentence->setText(tr("The workspace has no selection to compare with yet. Choose frames and press Write lists."));
        return;
    }
    const std::filesystem::path folder = m_session.workspace()->selections();
    const auto chosen = m_first->currentData() == kChosen ? m_chosen : nullptr;
    const std::string one = m_first->currentData().toString().toStdString(), two = m_second->currentData().toString().toStdString();
    m_sentence->setText(QStringLiteral("…"));
    m_loading.start(
        [=](const JobRunner::Cancelled&) {
            const auto read = [&](const std::string& name) { return runs::imagesOfListOrSelection(folder / name / "selection.yaml"); };
            return Loaded{chosen ? Result<Images>(chosen->images) : read(one), read(two)};
        },
        [this](Loaded loaded) {
            for (const Result<Images>* side : {&loaded.one, &loaded.two})
                if (!*side) {
                    m_leaveOut->hide();
                    m_problem->show(qs(side->error().message), qs(side->error().advice));
                    m_sentence->clear();
                    m_table->setRows({});
                    m_shared->setTiles({});
                    return;
                }
            m_one = std::make_shared<Images>(std::move(*loaded.one));
            m_two = std::make_shared<Images>(std::move(*loaded.two));
            showComparison();
        });
}

void SelectCompare::showComparison() {
    const select::ListComparison comparison = select::compareLists(*m_one, *m_two);
    std::vector<std::vector<Cell>> rows;
    const auto row = [&](const QString& camera, qint64 first, qint64 second, qint64 both) {
        std::vector<Cell> cells(5);
        cells[0].text = camera;
        cells[0].strong = true;
        cells[1].text = qs(formatGrouped(first));
        cells[2].text = qs(formatGrouped(second));
        cells[3].text = qs(formatGrouped(both));
        if (first + second > 0)
            cells[4].bar = static_cast<double>(first) / static_cast<double>(first + second);
        rows.push_back(std::move(cells));
    };
    for (const select::SharedCount& camera : comparison.cameras)
        row(qs(camera.camera), camera.first, camera.second, camera.both);
    const auto shared = static_cast<qint64>(comparison.both.size());
    row(tr("together"), static_cast<qint64>(m_one->size()), static_cast<qint64>(m_two->size()), shared);
    rows.back()[4].bar.reset();
    m_table->setRows(std::move(rows));
    if (shared == 0)
        m_sentence->setText(tr("No frame is in both. Joined they have %1.").arg(frames(static_cast<qint64>(m_one->size() + m_two->size()))));
    else
        m_sentence->setText(shared == 1 ? tr("1 frame is in both:") : tr("%1 frames are in both:").arg(qs(formatGrouped(shared))));
    m_shared->setTiles(plainTiles(comparison.both));
    m_join->setEnabled(m_first->currentData() != m_second->currentData());
}

void SelectCompare::join(bool leaveOutShared) {
    if (!m_one || !m_two)
        return;
    auto images = select::joinLists(*m_one, *m_two, leaveOutShared);
    if (!images) {
        m_leaveOut->show();
        m_problem->show(qs(images.error().message), qs(images.error().advice));
        return;
    }
    m_problem->hide();
    auto list = std::make_shared<GivenList>();
    list->name = tr("%1 + %2").arg(m_first->currentData() == kChosen ? m_chosenName : m_first->currentText(), m_second->currentText());
    const auto total = static_cast<qint64>(images->size());
    const qint64 left = static_cast<qint64>(m_one->size() + m_two->size()) - total;
    list->note = left > 0 ? tr("%1: %2, %3 of the second left out because they are in the first.").arg(list->name, frames(total), qs(formatGrouped(left)))
                          : tr("%1: %2.").arg(list->name, frames(total));
    list->images = std::move(*images);
    Q_EMIT joined(list);
}

} // namespace intersect::ui
