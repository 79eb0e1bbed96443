// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/command_field.h"

#include <QAbstractItemView>
#include <QAbstractListModel>
#include <QAbstractProxyModel>
#include <QAction>
#include <QKeyEvent>

#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {

/// Pages, selections, runs, cameras and frames in one flat list; frames come straight from the data set, never copied.
class PlaceModel : public QAbstractListModel {
public:
    using QAbstractListModel::QAbstractListModel;
    struct Place {
        QString text, page, selection, run, frame;
    };

    void refresh(const Session& session) {
        beginResetModel();
        m_places.clear();
        for (const auto& [name, word] : m_pages)
            m_places.append({CommandField::tr("%1, page").arg(word), name, {}, {}, {}});
        m_dataset = session.isOpen() ? session.dataset() : nullptr;
        if (session.isOpen()) {
            const QStringList runs = session.runNames(), selections = session.selectionNames();
            for (const QString& run : runs)
                m_places.append({CommandField::tr("%1, run").arg(run), QStringLiteral("train"), {}, run, {}});
            for (const QString& selection : selections)
                m_places.append(
                    {CommandField::tr("%1, selection").arg(selection), QStringLiteral("train"), selection, {}, {}});
        }
        if (m_dataset)
            for (const data::Camera& camera : m_dataset->cameras)
                if (camera.frameCount > 0)
                    m_places.append({CommandField::tr("%1, camera").arg(qs(camera.id())),
                                     QStringLiteral("inspect"),
                                     {},
                                     {},
                                     qs(m_dataset->frames[camera.frameBegin].path)});
        endResetModel();
    }
    int rowCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : int(m_places.size()) + (m_dataset ? int(m_dataset->frames.size()) : 0);
    }
    QVariant data(const QModelIndex& index, int role) const override {
        if (role != Qt::DisplayRole && role != Qt::EditRole)
            return {};
        return place(index.row()).text;
    }
    Place place(int row) const {
        if (row < int(m_places.size()))
            return m_places[row];
        const data::Frame& frame = m_dataset->frames[std::size_t(row) - std::size_t(m_places.size())];
        return {qs(frame.path.filename()) + QStringLiteral("   ") + qs(m_dataset->cameras[frame.camera].id()),
                QStringLiteral("inspect"),
                {},
                {},
                qs(frame.path)};
    }
    QList<std::pair<QString, QString>> m_pages;

private:
    QList<Place> m_places;
    std::shared_ptr<const data::Dataset> m_dataset;
};

CommandField::CommandField(Session& session, QWidget* parent)
    : QLineEdit(parent), m_session(session), m_places(new PlaceModel(this)),
      m_completer(new QCompleter(m_places, this)) {
    setObjectName(QStringLiteral("commandField"));
    setAccessibleName(tr("Go to page, camera, run or frame"));
    setPlaceholderText(tr("Go to page, camera, run or frame"));
    setToolTip(tr("Go to a page, camera, run or frame by a part of its name (Ctrl+K)"));
    setFixedWidth(264);
    QAction* search = addAction(Theme::instance().icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    search->setText(tr("Go to"));
    search->setToolTip(toolTip());
    m_completer->setFilterMode(Qt::MatchContains);
    m_completer->setCaseSensitivity(Qt::CaseInsensitive);
    m_completer->setMaxVisibleItems(12);
    m_completer->setCompletionMode(QCompleter::PopupCompletion);
    m_completer->popup()->setFont(Theme::font(FontRole::Table));
    setCompleter(m_completer);
    connect(m_completer, qOverload<const QModelIndex&>(&QCompleter::activated), this, [this](const QModelIndex& index) {
        const auto* shown = qobject_cast<const QAbstractProxyModel*>(index.model());
        go(shown != nullptr ? shown->mapToSource(index).row() : index.row());
    });
}

void CommandField::setPages(const QList<std::pair<QString, QString>>& pages) {
    m_places->m_pages = pages;
}

void CommandField::focusInEvent(QFocusEvent* event) {
    m_places->refresh(m_session);
    QLineEdit::focusInEvent(event);
    selectAll();
}

void CommandField::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) {
        clear();
        clearFocus();
    } else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        // Enter without a choice in the list takes the first that fits.
        m_completer->setCompletionPrefix(text());
        if (!text().isEmpty() && m_completer->completionCount() > 0) {
            m_completer->setCurrentRow(0);
            const auto* shown = qobject_cast<const QAbstractProxyModel*>(m_completer->completionModel());
            go(shown->mapToSource(m_completer->currentIndex()).row());
        }
    } else {
        QLineEdit::keyPressEvent(event);
    }
}

void CommandField::go(int row) {
    if (row < 0 || row >= m_places->rowCount())
        return;
    const PlaceModel::Place place = m_places->place(row);
    m_completer->popup()->hide();
    // The completer writes the chosen text after this: clear it when it has.
    QMetaObject::invokeMethod(this, &QLineEdit::clear, Qt::QueuedConnection);
    clearFocus();
    if (!place.run.isEmpty())
        m_session.setCurrentRun(place.run);
    if (!place.selection.isEmpty())
        m_session.setCurrentSelection(place.selection);
    Q_EMIT m_session.pageRequested(place.page);
    if (!place.frame.isEmpty())
        Q_EMIT m_session.frameRequested(place.frame);
}

} // namespace intersect::ui
