// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace intersect::ui {

/// Lies over a page while something is dragged across it and says what dropping it will do; takes no input itself. GUI
/// thread only.
class DropVeil : public QWidget {
    Q_OBJECT
public:
    explicit DropVeil(QWidget* page);
    /// `welcome` false: dropping does nothing, and the sentence says why.
    void tell(const QString& sentence, const QString& detail, bool welcome);
    const QString& sentence() const { return m_sentence; }
    bool isWelcome() const { return m_welcome; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_sentence, m_detail;
    bool m_welcome = true;
};

} // namespace intersect::ui
