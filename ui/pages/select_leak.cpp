// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/select_leak.h"

#include <atomic>
#include <optional>

#include <QHBoxLayout>
#include <QPointer>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "core/base/threads.h"
#include "core/data/near_duplicates.h"
#include "ui/text.h"
#include "ui/widgets/frame_pair.h"
#include "ui/widgets/leak_meter.h"
#include "ui/widgets/segmented_buttons.h"
#include "ui/widgets/themed_label.h"

namespace intersect::ui {

namespace {

constexpr int kMostReaders = 4;
constexpr std::int64_t kTellEvery = 20;
constexpr data::NearLimits kNear{};

QString number(std::int64_t value) { return qs(formatGrouped(value)); }

/// "3 min 20 s", "2 h 5 min", "4 days".
QString gapText(double seconds) {
    const auto whole = static_cast<qint64>(seconds);
    if (whole < 60)
        return SelectLeak::tr("%1 s").arg(whole);
    if (whole < 3600)
        return SelectLeak::tr("%1 min %2 s").arg(whole / 60).arg(whole % 60);
    if (whole < 86400)
        return SelectLeak::tr("%1 h %2 min").arg(whole / 3600).arg(whole / 60 % 60);
    return SelectLeak::tr("%1 days").arg(whole / 86400);
}

} // namespace

SelectLeak::SelectLeak(QWidget* parent) : QWidget(parent) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    m_view = new SegmentedButtons({tr("In time"), tr("In picture")});
    m_view->setObjectName(QStringLiteral("leakView"));
    m_view->setToolTip(tr("How near each val frame lies to a train frame of its camera: by the clock, or by how it looks"));
    layout->addWidget(m_view, 0, Qt::AlignLeft);
    m_meter = new LeakMeterView;
    m_meter->setObjectName(QStringLiteral("leakMeter"));
    m_meter->setAccessibleName(tr("Leak meter"));
    layout->addWidget(m_meter);
    m_pair = new FramePair;
    m_pair->setObjectName(QStringLiteral("leakPair"));
    m_pair->hide();
    layout->addWidget(m_pair);
    m_sentence = new QLabel;
    m_sentence->setObjectName(QStringLiteral("leakSentence"));
    m_sentence->setWordWrap(true);
    m_sentence->setTextFormat(Qt::RichText);
    m_sentence->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    m_sentence->hide();
    layout->addWidget(m_sentence);
    m_withinRow = new QWidget;
    auto* row = new QHBoxLayout(m_withinRow);
    row->setContentsMargins(0, 0, 0, 0);
    auto* label = new ThemedLabel(tr("Count as a leak within"), FontRole::Body, Tone::Text2);
    m_within = new QSpinBox;
    m_within->setObjectName(QStringLiteral("leakWithinSpin"));
    m_within->setRange(1, 10'000);
    m_within->setSuffix(tr(" min"));
    m_within->setToolTip(tr("A val frame counts as leaking if a train frame of its camera is at most this near, in minutes"));
    label->setBuddy(m_within);
    row->addWidget(label, 1);
    row->addWidget(m_within);
    layout->addWidget(m_withinRow);

    connect(m_view, &SegmentedButtons::currentChanged, this, [this](int view) {
        m_pair->hide();
        m_withinRow->setVisible(view == InTime);
        view == InTime ? showTime() : comparePictures();
    });
    connect(m_meter, &LeakMeterView::currentChanged, this, &SelectLeak::showPair);
    connect(m_meter, &LeakMeterView::hovered, this, [this](int frame) { showPair(frame >= 0 ? frame : m_meter->current()); });
    connect(m_sentence, &QLabel::linkActivated, this, [this](const QString& link) {
        if (const auto rule = select::splitRuleFromName(link.toStdString()))
            Q_EMIT ruleAsked(*rule);
    });
    connect(m_within, &QSpinBox::valueChanged, this, [this](int minutes) {
        if (!m_filling)
            Q_EMIT withinChanged(minutes);
    });
    connect(m_pair, &FramePair::activated, this, [this](const std::filesystem::path& file) { Q_EMIT frameActivated(qs(file)); });
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        styleSentence();
        if (m_deal && m_view->current() == InTime)
            showTime(); // the link's colour
    });
    styleSentence();
}

void SelectLeak::setState(const SelectState& state) {
    m_filling = true;
    m_within->setValue(state.leakMinutes);
    m_filling = false;
}

void SelectLeak::setDeal(const std::shared_ptr<const Deal>& deal) {
    if (deal == m_deal && deal)
        return;
    m_deal = deal;
    m_compared = false;
    m_nearest.clear();
    m_comparing.cancel();
    m_pair->hide();
    if (!m_deal) {
        m_meter->clear();
        m_sentence->hide();
        return;
    }
    m_view->current() == InTime ? showTime() : comparePictures();
}

void SelectLeak::showTime() {
    m_comparing.cancel();
    if (!m_deal)
        return;
    m_meter->setLeak(m_deal->leak);
    say(leakSentence(m_deal->leak) + otherRules(), m_deal->leak.within > 0);
}

QString SelectLeak::otherRules() const {
    QStringList others;
    const QString colour = Theme::instance().palette().accentText.name();
    for (const auto& [rule, leak] : m_deal->leakWith) {
        const QString link = QStringLiteral("<a href='%1' style='color:%2'>%3</a>")
                                 .arg(qs(select::splitRuleName(rule)), colour, rule == select::SplitRule::Camera ? tr("Split by camera") : tr("Split by time block"));
        others << tr("%1: %2 of %3.").arg(link, number(leak.within), number(leak.valFrames));
    }
    return others.isEmpty() ? QString() : QStringLiteral("<br>") + others.join(QStringLiteral("<br>"));
}

void SelectLeak::comparePictures() {
    if (!m_deal)
        return;
    if (m_compared) {
        showPictures();
        return;
    }
    m_meter->clear(tr("comparing pictures"));
    say(tr("Comparing pictures…"), false);
    struct Compared {
        std::shared_ptr<const Signatures> signatures;
        std::vector<select::NearestPicture> nearest;
    };
    const QPointer<SelectLeak> self(this);
    m_comparing.start(
        [deal = m_deal, known = m_signatures, self](const JobRunner::Cancelled& cancelled) {
            std::vector<std::filesystem::path> all = deal->train;
            all.insert(all.end(), deal->val.begin(), deal->val.end());
            std::vector<image::PictureSignature> signatures(all.size());
            std::atomic<std::int64_t> done{0};
            parallelFor(all.size(), std::min(kMostReaders, availableCores()), [&](std::size_t i) {
                if (cancelled())
                    return;
                const auto found = known ? known->find(all[i].native()) : Signatures::const_iterator();
                if (known && found != known->end())
                    signatures[i] = found->second;
                else if (auto signature = image::readSignature(all[i]))
                    signatures[i] = *signature;
                const std::int64_t now = done.fetch_add(1) + 1;
                if (now % kTellEvery == 0)
                    QMetaObject::invokeMethod(self, [self, now, total = static_cast<std::int64_t>(all.size()), deal] {
                        if (self && self->m_deal == deal && !self->m_compared && self->m_view->current() == InPicture)
                            self->say(tr("Comparing pictures: %1 of %2").arg(number(now), number(total)), false);
                    }, Qt::QueuedConnection);
            });
            auto table = std::make_shared<Signatures>();
            for (std::size_t i = 0; i < all.size(); ++i)
                table->emplace(all[i].native(), signatures[i]);
            const std::span<const image::PictureSignature> both(signatures);
            return Compared{table, select::nearestPictures(deal->train, both.first(deal->train.size()), deal->val, both.subspan(deal->train.size()))};
        },
        [this](Compared compared) {
            m_signatures = compared.signatures;
            m_nearest = std::move(compared.nearest);
            m_compared = true;
            if (m_view->current() == InPicture)
                showPictures();
        });
}

void SelectLeak::showPictures() {
    std::vector<std::optional<double>> bits;
    std::int64_t alike = 0, same = 0;
    for (const select::NearestPicture& nearest : m_nearest) {
        bits.push_back(nearest.train ? std::optional<double>(nearest.distance) : std::nullopt);
        if (!nearest.train || nearest.distance > kNear.distance)
            continue;
        ++alike;
        if (nearest.cellLevels <= kNear.cellLevels)
            ++same;
    }
    m_meter->setBits(std::move(bits), kNear.distance);
    const auto all = static_cast<std::int64_t>(m_nearest.size());
    QString sentence = alike == 0 ? tr("No val frame looks like a train frame of its camera.")
                                  : tr("<b>%1 of %2 val frames</b> show the same road in the same light as a train frame (hashes at most %3 bits apart); %4 nearly the same picture with the same vehicles.")
                                        .arg(number(alike), number(all))
                                        .arg(kNear.distance)
                                        .arg(same == 1 ? tr("1 is") : tr("%1 are").arg(number(same)));
    say(sentence, same > 0);
}

void SelectLeak::showPair(int frame) {
    if (frame < 0 || !m_deal || frame >= static_cast<int>(m_deal->val.size())) {
        m_pair->hide();
        return;
    }
    const auto place = static_cast<std::size_t>(frame);
    if (m_view->current() == InPicture) {
        if (place >= m_nearest.size() || !m_nearest[place].train)
            return;
        const select::NearestPicture& nearest = m_nearest[place];
        m_pair->setPair(m_deal->val[place], m_deal->train[*nearest.train], tr("%1 bits apart, cells differ by up to %2 grey levels").arg(nearest.distance).arg(nearest.cellLevels));
    } else {
        const auto nearest = select::nearestInTime(m_deal->train, m_deal->val[place]);
        if (!nearest)
            return;
        m_pair->setPair(m_deal->val[place], m_deal->train[*nearest], tr("%1 apart").arg(gapText(m_deal->leak.gapSeconds[place].value_or(0))));
    }
    m_pair->show();
}

void SelectLeak::say(const QString& sentence, bool warns) {
    m_warns = warns;
    m_sentence->setText(sentence);
    styleSentence();
    m_sentence->show();
}

void SelectLeak::styleSentence() {
    const Palette& palette = Theme::instance().palette();
    m_sentence->setFont(Theme::font(FontRole::Table));
    m_sentence->setStyleSheet(QStringLiteral("QLabel { background: %1; color: %2; border-radius: 4px; padding: 8px; }").arg((m_warns ? palette.warnSoft : palette.sunken).name(), palette.text.name()));
}

} // namespace intersect::ui
