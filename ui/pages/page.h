// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QString>
#include <QStringList>
#include <QWidget>

#include "ui/session.h"

namespace intersect::ui {

/// One page of the rail. The frame draws the page head from title(), subtitle() and headButtons(), and Copy command from command().
class Page : public QWidget {
    Q_OBJECT
public:
    Page(Session& session, QWidget* parent = nullptr) : QWidget(parent), m_session(session) {}

    virtual QString name() const = 0;  ///< "data", "select" …: icon, --page, object names
    virtual QString title() const = 0; ///< the word in the rail and head
    virtual QString subtitle() const { return {}; }
    virtual QStringList command() const { return {}; } ///< arguments of intersect-cli that do the same; empty: nothing to copy
    virtual QList<QAbstractButton*> headButtons() { return {}; } ///< at most two, beside Copy command
    virtual void primary() {} ///< Ctrl+Enter
    virtual QString helpText() const = 0; ///< F1: plain words, a paragraph or two

Q_SIGNALS:
    void headChanged(); ///< title, subtitle, command or buttons changed

protected:
    Session& session() const { return m_session; }

private:
    Session& m_session;
};

} // namespace intersect::ui
