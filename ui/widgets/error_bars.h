// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <QAbstractButton>
#include <QWidget>

#include "ui/models/frame_errors.h"
#include "ui/widgets/themed_label.h"

namespace intersect::ui {

/// The types as the window lists them.
std::span<const eval::ErrorType> errorOrder();

/// One type of error: its name in plain words, a bar, how many there are and what the AP50 would gain without them. GUI
/// thread only.
class ErrorRow : public QAbstractButton {
    Q_OBJECT
public:
    /// Without a `hint` it is a line without a bar, that cannot be chosen.
    ErrorRow(const QString& name, const QString& hint, eval::Verdict colour, QWidget* parent = nullptr);
    void setNumbers(std::optional<std::int64_t> count, double gain, double share); ///< `share`: length of the bar, 0..1
    std::optional<std::int64_t> count() const { return m_count; }
    double gain() const { return m_gain; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_hint;
    eval::Verdict m_colour;
    std::optional<std::int64_t> m_count; ///< nullopt: not known yet
    double m_gain = 0, m_share = 0;
};

/// The errors of a run by type; a click on one chooses it, another releases it. GUI thread only.
class ErrorBars : public QWidget {
    Q_OBJECT
public:
    explicit ErrorBars(QWidget* parent = nullptr);
    /// Null: they are being found.
    void setErrors(std::shared_ptr<const FrameErrors> errors);
    std::optional<eval::ErrorType> chosen() const { return m_chosen; }
    void choose(std::optional<eval::ErrorType> type); ///< emits chosenChanged if it changed
    ErrorRow* row(eval::ErrorType type) const;
    QString note() const { return m_note->text(); }

Q_SIGNALS:
    void chosenChanged();

private:
    std::vector<std::pair<eval::ErrorType, ErrorRow*>> m_rows;
    ErrorRow *m_wrong, *m_missing;
    ThemedLabel* m_note;
    std::optional<eval::ErrorType> m_chosen;
};

} // namespace intersect::ui
