// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCompleter>
#include <QLineEdit>

#include "ui/session.h"

namespace intersect::ui {

class PlaceModel;

/// "Go to page, camera, run or frame" (Ctrl+K): type a part of its name, choose with the arrow keys, go with Enter. GUI thread only.
class CommandField : public QLineEdit {
    Q_OBJECT
public:
    explicit CommandField(Session& session, QWidget* parent = nullptr);
    /// The pages one can go to: name and word.
    void setPages(const QList<std::pair<QString, QString>>& pages);

protected:
    void focusInEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void go(int row);
    Session& m_session;
    PlaceModel* m_places;
    QCompleter* m_completer;
};

} // namespace intersect::ui
