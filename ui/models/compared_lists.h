// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <vector>

#include <QAbstractListModel>

#include "ui/models/compared.h"

namespace intersect::ui {

/// What is compared now, shared by what shows it. Made once, then only read.
struct Comparing {
    ComparedPair pair;
    std::shared_ptr<const ComparedFrames> frames;
};

/// The frames of a comparison in an order, with what was fixed, broken and wrong in both. GUI thread only.
class ComparedFramesModel : public QAbstractListModel {
    Q_OBJECT
public:
    using QAbstractListModel::QAbstractListModel;
    /// Null empties it. Where the same frames stand in another order, the current one stays current.
    void set(std::shared_ptr<const Comparing> comparing, std::vector<std::uint32_t> rows);
    const Inspection& inspection() const { return *m_comparing->pair.a.found; }
    const eval::FrameChange& change(int row) const { return m_comparing->frames->frames[frameAt(row)]; }
    std::uint32_t frameAt(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    int rowOf(std::uint32_t frame) const; ///< -1: not in the list

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::shared_ptr<const Comparing> m_comparing;
    std::vector<std::uint32_t> m_rows;
};

/// Boxes of all frames that were fixed, broken or are wrong in both. GUI thread only.
class ComparedBoxesModel : public QAbstractListModel {
    Q_OBJECT
public:
    explicit ComparedBoxesModel(std::function<QString(int)> className, QObject* parent = nullptr)
        : QAbstractListModel(parent), m_className(std::move(className)) {}
    /// Which boxes are listed.
    struct Filter {
        std::set<eval::Change> changes;
        int classId = -1;          ///< -1: all
        std::vector<char> frames;  ///< by frame: 1 where it is listed
        bool keeps(const ComparedPair& pair, const eval::BoxChange& box) const; ///< by class and frame
    };
    void set(std::shared_ptr<const Comparing> comparing, const Filter& filter);
    const Inspection& inspection() const { return *m_comparing->pair.a.found; }
    const eval::BoxChange& box(int row) const { return m_comparing->frames->boxes[m_rows[static_cast<std::size_t>(row)]]; }
    BoxXyxy place(int row) const { return boxOf(m_comparing->pair, box(row)); }
    QString kindText(int row) const;    ///< "Broken: truck"
    QString placeText(int row) const;   ///< camera and time
    QString numbersText(int row) const; ///< "A 0.74, B misses it"
    /// All rows with their headings, numbers in full, comma between (RFC 4180).
    QString csv() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    float score(int row, int side) const; ///< 0 without a detection
    std::function<QString(int)> m_className;
    std::shared_ptr<const Comparing> m_comparing;
    std::vector<std::uint32_t> m_rows;
};

/// What the window calls a change.
QString changeWord(eval::Change change);

} // namespace intersect::ui
