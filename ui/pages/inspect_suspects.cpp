// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/inspect_suspects.h"

#include <algorithm>
#include <map>

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QSignalBlocker>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/inspect_list.h"
#include "ui/widgets/side_pane.h"
#include "ui/widgets/thumbnail_provider.h"

namespace intersect::ui {
namespace {

constexpr int kRow = 65;
constexpr int kNarrowRow = 230;

QString counted(std::int64_t number) {
    return qs(formatGrouped(number));
}

/// The frame with the box in it, what may be wrong, where, and how sure.
class RowDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {180, kRow}; }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const auto* model = qobject_cast<const SuspectListModel*>(index.model());
        if (model == nullptr)
            return;
        const Palette& palette = Theme::instance().palette();
        const detect::ImageEntry& image = model->inspection()->detections.images[model->suspect(index.row()).image];
        const QRectF row = option.rect;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if ((option.state & QStyle::State_Selected) != 0) {
            painter->fillRect(row, palette.accentSoft);
            painter->fillRect(QRectF(row.left(), row.top(), 3, row.height()), palette.accent);
        } else if ((option.state & QStyle::State_MouseOver) != 0) {
            painter->fillRect(row, palette.hover);
        }
        painter->fillRect(QRectF(row.left(), row.bottom() - 1, row.width(), 1), palette.line);
        const double width = row.width() < kNarrowRow ? 56 : 80; // room for the words first
        const QRectF thumb(row.left() + 12, row.top() + 9, width, width * 45 / 80);
        paintFrameThumb(*painter, thumb, image);
        if (image.size.width > 0 && image.size.height > 0) {
            const double scale = std::min(thumb.width() / image.size.width, thumb.height() / image.size.height);
            const QPointF origin = thumb.center() - QPointF(image.size.width, image.size.height) * scale / 2;
            const BoxXyxy box = model->boxes(index.row()).front().box;
            const QRectF at = QRectF(origin + QPointF(box.x1, box.y1) * scale, origin + QPointF(box.x2, box.y2) * scale)
                                  .adjusted(-2, -2, 2, 2);
            painter->setPen(QPen(QColor(0, 0, 0, 128), 3));
            painter->drawRect(at);
            painter->setPen(QPen(Qt::white, 1.5));
            painter->drawRect(at);
        }
        const double left = thumb.right() + 10, room = row.right() - left - 6;
        const auto line = [&](double top, const QFont& font, const QColor& colour, const QString& text) {
            painter->setFont(font);
            painter->setPen(colour);
            painter->drawText(QRectF(left, row.top() + top, room, 17), Qt::AlignLeft | Qt::AlignVCenter,
                              QFontMetricsF(font).elidedText(text, Qt::ElideRight, room));
        };
        QFont strong = Theme::font(FontRole::Table);
        strong.setWeight(QFont::DemiBold);
        line(6, strong, palette.text, model->kindText(index.row()));
        line(24, Theme::font(FontRole::Table), palette.text2, model->placeText(index.row()));
        line(41, Theme::font(FontRole::Caption), palette.text3, model->numbersText(index.row()));
        painter->restore();
    }
};

/// Letters go to the page.
class SuspectList : public QListView {
public:
    using QListView::QListView;

protected:
    void keyPressEvent(QKeyEvent* event) override {
        switch (event->key()) {
        case Qt::Key_Up:
        case Qt::Key_Down:
        case Qt::Key_PageUp:
        case Qt::Key_PageDown:
            QListView::keyPressEvent(event);
            return;
        default:
            event->ignore();
        }
    }
};

} // namespace

struct SuspectPane::Found {
    std::vector<eval::Suspect> suspects;
    Result<runs::LabelReview> review;
};

SuspectPane::SuspectPane(Session& session, std::function<QString(int)> className, std::function<bool(quint32)> isListed, QWidget* parent)
    : QWidget(parent), m_session(session), m_isListed(std::move(isListed)) {
    m_model = new SuspectListModel(std::move(className), this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_list = new SuspectList(this);
    m_list->setObjectName(QStringLiteral("suspectList"));
    m_list->setAccessibleName(tr("Labels that may be wrong, most suspect first"));
    m_list->setItemDelegate(new RowDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setMouseTracking(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setModel(m_model);
    m_list->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored); // it gives way before the words below it do
    m_list->setMinimumHeight(2 * kRow);
    column->addWidget(m_list, 1);
    column->addWidget(new HairLine(this));
    auto* foot = new QVBoxLayout;
    foot->setContentsMargins(12, 8, 12, 8);
    foot->setSpacing(6);
    m_hint = new ThemedLabel({}, FontRole::Caption, Tone::Text3, this);
    m_hint->setObjectName(QStringLiteral("suspectHint"));
    m_hint->setWordWrap(true);
    foot->addWidget(m_hint);
    m_left = new ThemedLabel({}, FontRole::Caption, Tone::Text2, this);
    m_left->setObjectName(QStringLiteral("suspectCounter"));
    m_left->setWordWrap(true);
    foot->addWidget(m_left);
    m_lost = new ThemedLabel({}, FontRole::Caption, Tone::Warn, this);
    m_lost->setObjectName(QStringLiteral("suspectLost"));
    m_lost->setWordWrap(true);
    m_lost->hide();
    foot->addWidget(m_lost);
    auto* buttons = new FlowLayout(4, 6);
    const auto add = [&](const QString& word, const char* name, const QString& tip) {
        auto* button = new QPushButton(word, this);
        button->setObjectName(QString::fromUtf8(name));
        button->setToolTip(tip);
        button->setProperty("small", true);
        buttons->addWidget(button);
        return button;
    };
    m_accept = add(tr("Accept"), "acceptSuspectButton",
                   tr("Write the correction to a copy of the label file in the workspace (A)"));
    m_dismiss = add(tr("Dismiss"), "dismissSuspectButton", tr("The label is right: do not show this again (R)"));
    m_undo = add(tr("Undo"), "undoSuspectButton", tr("Take the last decision back (Ctrl+Z)"));
    m_redo = add(tr("Redo"), "redoSuspectButton", tr("Decide again what was taken back (Ctrl+Shift+Z)"));
    foot->addLayout(buttons);
    m_training = new QPushButton(tr("Lists for training"), this);
    m_training->setObjectName(QStringLiteral("correctedListsButton"));
    m_training->setProperty("small", true);
    m_training->setToolTip(tr("Write the lists of a split again so that training uses the corrected labels; the split itself stays"));
    m_training->setMenu(new QMenu(m_training));
    buttons->addWidget(m_training);
    connect(m_training->menu(), &QMenu::aboutToShow, this, &SuspectPane::fillTrainingMenu);
    column->addLayout(foot);
    connect(m_accept, &QPushButton::clicked, this, [this] { decide(true); });
    connect(m_dismiss, &QPushButton::clicked, this, [this] { decide(false); });
    connect(m_undo, &QPushButton::clicked, this, &SuspectPane::undo);
    connect(m_redo, &QPushButton::clicked, this, &SuspectPane::redo);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& current) {
        if (current.isValid())
            lookAt(current.row());
    });
    connect(&ThumbnailProvider::instance(), &ThumbnailProvider::ready, m_list->viewport(),
            qOverload<>(&QWidget::update));
    connect(&Theme::instance(), &Theme::changed, m_list->viewport(), qOverload<>(&QWidget::update));
    tellLeft();
}

std::filesystem::path SuspectPane::dataRoot() const {
    return m_session.workspace() ? m_session.workspace()->dataRoot : std::filesystem::path();
}

void SuspectPane::setInspection(std::shared_ptr<const Inspection> inspection) {
    if (inspection == m_inspection)
        return;
    m_inspection = std::move(inspection);
    if (!m_inspection) {
        m_foundFor.reset();
        m_all.clear();
        m_model->setSuspects({}, {});
    }
    tellLeft();
    want();
}

void SuspectPane::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    lookAgain();
    want();
}

bool SuspectPane::event(QEvent* event) {
    if (event->type() == QEvent::WindowActivate && isVisible())
        lookAgain();
    return QWidget::event(event);
}

void SuspectPane::lookAgain() {
    if (!m_review || !m_foundFor || m_foundFor != m_inspection)
        return;
    const auto changed = m_review->refresh();
    if (!changed) {
        Q_EMIT failed(qs(changed.error().message), qs(changed.error().advice));
    } else if (*changed) {
        const int before = m_list->currentIndex().row();
        list();
        if (!m_list->currentIndex().isValid())
            choose(std::max(0, before)); // what was looked at is decided
    }
}

void SuspectPane::refilter() {
    if (m_foundFor && m_foundFor == m_inspection)
        list();
}

void SuspectPane::want() {
    if (!m_inspection || m_foundFor == m_inspection || m_finding || !isVisible() || !m_session.workspace())
        return;
    m_finding = true;
    tellLeft();
    m_job.start(
        [inspection = m_inspection, workspace = *m_session.workspace()](const JobRunner::Cancelled&) {
            return Found{eval::findSuspects(inspection->detections, inspection->truth),
                         runs::LabelReview::open(workspace)};
        },
        [this, inspection = m_inspection](Found found) {
            m_finding = false;
            if (inspection != m_inspection) {
                want();
                return;
            }
            m_foundFor = inspection;
            m_all = std::move(found.suspects);
            m_review.reset();
            if (found.review)
                m_review = std::move(*found.review);
            else
                Q_EMIT failed(qs(found.review.error().message), qs(found.review.error().advice));
            list();
            choose(0);
        });
}

void SuspectPane::list() {
    std::map<std::string, std::vector<const runs::ReviewedLabel*>> decided;
    if (m_review)
        for (const runs::ReviewedLabel& decision : m_review->decisions())
            decided[decision.image].push_back(&decision);
    std::vector<eval::Suspect> open;
    m_elsewhere = 0;
    for (const eval::Suspect& one : m_all) {
        const auto own =
            decided.empty()
                ? decided.end()
                : decided.find(runs::reviewedImage(m_foundFor->detections.images[one.image].file, dataRoot()));
        const bool done =
            own != decided.end() && std::ranges::any_of(own->second, [&](const runs::ReviewedLabel* decision) {
                return runs::isAbout(*decision, one, m_foundFor->detections, m_foundFor->truth, dataRoot());
            });
        if (done)
            continue;
        if (m_isListed(one.image))
            open.push_back(one);
        else
            ++m_elsewhere;
    }
    // The one looked at stays chosen where it is still open.
    int row = -1;
    if (const QModelIndex current = m_list->currentIndex(); current.isValid() && m_model->inspection() == m_foundFor) {
        const eval::Suspect chosen = m_model->suspect(current.row());
        const auto again = std::ranges::find_if(open, [&](const eval::Suspect& one) {
            return one.image == chosen.image && one.kind == chosen.kind && one.detection == chosen.detection && one.truth == chosen.truth;
        });
        row = again != open.end() ? static_cast<int>(again - open.begin()) : -1;
    }
    const QSignalBlocker quiet(m_list->selectionModel());
    m_model->setSuspects(m_foundFor, std::move(open));
    if (row >= 0)
        m_list->setCurrentIndex(m_model->index(row, 0));
    tellLeft();
}

void SuspectPane::choose(int row) {
    if (m_model->rowCount() == 0)
        return;
    const QModelIndex index = m_model->index(std::clamp(row, 0, m_model->rowCount() - 1), 0);
    m_list->setCurrentIndex(index);
    m_list->scrollTo(index);
    lookAt(index.row());
}

void SuspectPane::lookAt(int row) {
    Q_EMIT frameWanted(m_model->suspect(row).image);
    Q_EMIT said(tr("%1 of %2 suspect labels · A accepts, R dismisses, N and P next and previous, Ctrl+Z takes back")
                    .arg(counted(row + 1), counted(m_model->rowCount())));
}

void SuspectPane::step(int by) {
    choose(m_list->currentIndex().isValid() ? m_list->currentIndex().row() + by : 0);
}

std::vector<OverlayMark> SuspectPane::marks(std::int64_t frame) const {
    std::vector<OverlayMark> marks;
    const QModelIndex current = m_list->currentIndex();
    if (!current.isValid() || m_foundFor != m_inspection ||
        static_cast<std::int64_t>(m_model->suspect(current.row()).image) != frame)
        return marks;
    for (const SuspectListModel::Box& box : m_model->boxes(current.row()))
        marks.push_back({box.box, box.words});
    return marks;
}

void SuspectPane::decide(bool accept) {
    const int row = m_list->currentIndex().row();
    if (!m_review || m_foundFor != m_inspection || row < 0 || row >= m_model->rowCount())
        return;
    auto decision =
        runs::decisionOn(m_model->suspect(row), accept, m_foundFor->detections, m_foundFor->truth, dataRoot());
    if (!decision) {
        Q_EMIT failed(qs(decision.error().message), qs(decision.error().advice));
        return;
    }
    const std::filesystem::path file = m_review->correctedFile(decision->image);
    if (auto done = m_review->decide(std::move(*decision)); !done) {
        Q_EMIT failed(qs(done.error().message), qs(done.error().advice));
        return;
    }
    const QString kind = m_model->kindText(row);
    list();
    choose(row);
    tellLeft();
    Q_EMIT said(accept ? tr("Accepted: %1 Written to %2.").arg(kind, qs(file)) : tr("Dismissed: %1").arg(kind));
}

void SuspectPane::undo() {
    if (m_review && m_inspection && m_foundFor == m_inspection)
        goBack(m_review->undo(), tr("Taken back: the last decision, on %1."));
}

void SuspectPane::redo() {
    if (m_review && m_inspection && m_foundFor == m_inspection)
        goBack(m_review->redo(), tr("Decided again: %1."));
}

void SuspectPane::goBack(const Result<std::optional<runs::ReviewedLabel>>& decision, const QString& words) {
    if (!decision) {
        Q_EMIT failed(qs(decision.error().message), qs(decision.error().advice));
        return;
    }
    const int before = m_list->currentIndex().row();
    list();
    if (!*decision) {
        Q_EMIT said(tr("Another window decided on that meanwhile."));
        return;
    }
    int row = std::max(0, before);
    for (int i = 0; i < m_model->rowCount(); ++i)
        if (runs::isAbout(**decision, m_model->suspect(i), m_foundFor->detections, m_foundFor->truth, dataRoot()))
            row = i;
    choose(row);
    Q_EMIT said(words.arg(qs((*decision)->image)));
}

void SuspectPane::fillTrainingMenu() {
    QMenu* menu = m_training->menu();
    menu->clear();
    if (m_session.workspace())
        for (const QString& name : m_session.selectionNames())
            if (!name.endsWith(QLatin1String(runs::kCorrectedEnding)) &&
                std::filesystem::exists(m_session.workspace()->selections() / toPath(name) / "data.yaml"))
                menu->addAction(tr("Of %1").arg(name), this, [this, name] { writeLists(name); });
    if (menu->isEmpty())
        menu->addAction(tr("No lists yet: write some on Select"))->setEnabled(false);
}

void SuspectPane::writeLists(const QString& split) {
    if (!m_review || !m_session.workspace())
        return;
    m_training->setEnabled(false);
    m_listsJob.start(
        [workspace = *m_session.workspace(), name = split.toStdString(), review = *m_review](const JobRunner::Cancelled&) {
            return runs::writeCorrectedLists(workspace, name, review);
        },
        [this](const Result<runs::CorrectedLists>& made) {
            tellLeft();
            if (!made) {
                Q_EMIT failed(qs(made.error().message), qs(made.error().advice));
                return;
            }
            m_session.noteSelectionsChanged();
            Q_EMIT said(tr("Wrote %1: %2 frames of train, %3 of val and %4 of test have corrected labels. Choose it on Train.")
                            .arg(qs(made->name), counted(made->train), counted(made->val), counted(made->test)));
        });
}

void SuspectPane::tellLeft() {
    const bool known = m_foundFor && m_foundFor == m_inspection;
    const bool usable = known && m_review;
    const QString left = m_elsewhere > 0 ? tr("%1 left here, %2 in all")
                                               .arg(counted(m_model->rowCount()), counted(m_model->rowCount() + m_elsewhere))
                                         : tr("%1 left").arg(counted(m_model->rowCount()));
    m_left->setText(usable ? tr("%1 accepted, %2 dismissed, %3").arg(counted(m_review->accepted()), counted(m_review->dismissed()), left)
                           : QString());
    const std::int64_t lost = usable ? m_review->lost() : 0;
    m_lost->setVisible(lost > 0);
    m_lost->setText(lost == 1 ? tr("1 accepted correction changes nothing: its label is not in its file any more.")
                              : tr("%1 accepted corrections change nothing: their labels are not in their files any more.")
                                    .arg(counted(lost)));
    m_lost->setToolTip(tr("The data set's label files were changed after the decision. What was added or removed there stands as it is."));
    m_hint->setText(!known                     ? tr("Looking for labels that may be wrong…")
                    : m_all.empty()            ? tr("No label of these frames is suspect.")
                    : m_model->rowCount() == 0 && m_elsewhere > 0 ? tr("No open suspect labels on the chosen frames; others have some.")
                    : m_model->rowCount() == 0 ? tr("All suspect labels of these frames are decided on.")
                                               : tr("By what the run is sure of (score 0.5 and more). One trained on these "
                                                    "labels agrees with them too much."));
    m_accept->setEnabled(usable && m_model->rowCount() > 0);
    m_dismiss->setEnabled(m_accept->isEnabled());
    m_undo->setEnabled(usable && m_review->canUndo());
    m_redo->setEnabled(usable && m_review->canRedo());
    m_training->setEnabled(usable && m_review->accepted() > 0);
}

} // namespace intersect::ui
