// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>

#include "ui/session.h"

namespace intersect::ui {

/// The networks one can choose: those used before, the best of every run, those that came with the program, and any file. GUI thread only.
class WeightsCombo : public QComboBox {
    Q_OBJECT
public:
    /// `none`: what an entry without a file says; empty: a file has to be chosen.
    WeightsCombo(Session& session, const QString& none, QWidget* parent = nullptr);
    QString file() const { return m_file; }
    /// Shows a file, whether or not it is listed.
    void setFile(const QString& file);

Q_SIGNALS:
    void fileChosen(const QString& file); ///< by the user

private:
    void refill();
    void take(int index);
    Session& m_session;
    QString m_none, m_file;
};

} // namespace intersect::ui
