// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>

#include <QLabel>
#include <QSpinBox>
#include <QWidget>

#include "core/image/perceptual_hash.h"
#include "core/select/picture_leak.h"
#include "ui/job_runner.h"
#include "ui/pages/select_deal.h"

namespace intersect::ui {

class FramePair;
class LeakMeterView;
class SegmentedButtons;

/// The leak meter of Select: how near each val frame lies to train in time, and how like it looks to its nearest train frame in picture; what another rule would
/// have, as a link that takes it; and the pair behind a dot. GUI thread only.
class SelectLeak : public QWidget {
    Q_OBJECT
public:
    explicit SelectLeak(QWidget* parent = nullptr);
    /// Null: nothing is dealt.
    void setDeal(const std::shared_ptr<const Deal>& deal);
    void setState(const SelectState& state);

Q_SIGNALS:
    void ruleAsked(intersect::select::SplitRule rule);
    void withinChanged(int minutes);
    void frameActivated(const QString& path);

private:
    using Signatures = std::unordered_map<std::string, image::PictureSignature>;
    enum View { InTime, InPicture };
    void showTime();
    void comparePictures();
    void showPictures();
    void showPair(int frame);
    void say(const QString& sentence, bool warns);
    void styleSentence();
    QString otherRules() const;

    std::shared_ptr<const Deal> m_deal;
    std::vector<select::NearestPicture> m_nearest; ///< of m_deal's val frames, when they were compared
    bool m_compared = false, m_warns = false, m_filling = false;
    std::shared_ptr<const Signatures> m_signatures; ///< of all frames looked at so far
    JobRunner m_comparing;
    SegmentedButtons* m_view;
    LeakMeterView* m_meter;
    FramePair* m_pair;
    QLabel* m_sentence;
    QWidget* m_withinRow;
    QSpinBox* m_within;
};

} // namespace intersect::ui
