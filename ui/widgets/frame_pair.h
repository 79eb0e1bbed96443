// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include <QWidget>

namespace intersect::ui {

/// Two frames side by side, each with a word in the colour of its split and its name: a val frame and the train frame nearest to it. GUI thread only.
class FramePair : public QWidget {
    Q_OBJECT
public:
    explicit FramePair(QWidget* parent = nullptr);
    /// `said` stands under both: how near they are.
    void setPair(const std::filesystem::path& val, const std::filesystem::path& train, const QString& said);
    const std::filesystem::path& val() const { return m_val; }
    const std::filesystem::path& train() const { return m_train; }
    QString said() const { return m_said; }

    QSize sizeHint() const override { return {300, 136}; }
    QSize minimumSizeHint() const override { return {200, 110}; }

Q_SIGNALS:
    void activated(const std::filesystem::path& file); ///< double click on one of the two

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;

private:
    QRect side(bool train) const;
    std::filesystem::path m_val, m_train;
    QString m_said;
};

} // namespace intersect::ui
