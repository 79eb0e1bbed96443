// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include <QWidget>

namespace intersect::ui {

/// Who found the true objects of a frame: one bar of both, only A, only B and neither, with the counts in words below it. GUI thread only.
class FoundBar : public QWidget {
    Q_OBJECT
public:
    struct Counts {
        std::int64_t both = 0, onlyA = 0, onlyB = 0, neither = 0;
        std::int64_t all() const { return both + onlyA + onlyB + neither; }
        bool operator==(const Counts&) const = default;
    };
    explicit FoundBar(QWidget* parent = nullptr);
    void setCounts(std::optional<Counts> counts); ///< nullopt: not known yet
    const std::optional<Counts>& counts() const { return m_counts; }
    QSize sizeHint() const override { return {320, 38}; }
    QSize minimumSizeHint() const override { return {220, 38}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::optional<Counts> m_counts;
};

} // namespace intersect::ui
