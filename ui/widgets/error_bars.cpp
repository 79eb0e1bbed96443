// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/error_bars.h"

#include <algorithm>

#include <QPainter>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {
namespace {

constexpr int kGainWidth = 52, kCountWidth = 52, kTall = 32, kLow = 20, kAside = 6;

const eval::ErrorType kOrder[] = {eval::ErrorType::Missed,       eval::ErrorType::Background,
                                  eval::ErrorType::Localisation, eval::ErrorType::Classification,
                                  eval::ErrorType::Both,         eval::ErrorType::Duplicate};

/// Gains are shown with their sign; what rounds to nothing has none.
QString gainText(double gain) {
    const std::string text = formatFixed(gain, 3);
    return gain > 0 && text != "0.000" ? QStringLiteral("+") + qs(text) : qs(text);
}

} // namespace

std::span<const eval::ErrorType> errorOrder() {
    return kOrder;
}

// --- one row
// ----------------------------------------------------------------------------------------------------------

ErrorRow::ErrorRow(const QString& name, const QString& hint, eval::Verdict colour, QWidget* parent)
    : QAbstractButton(parent), m_hint(hint), m_colour(colour) {
    setText(name);
    setCheckable(!hint.isEmpty());
    setFocusPolicy(hint.isEmpty() ? Qt::NoFocus : Qt::StrongFocus);
    if (!hint.isEmpty())
        setCursor(Qt::PointingHandCursor);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ErrorRow::setNumbers(std::optional<std::int64_t> count, double gain, double share) {
    m_count = count;
    m_gain = gain;
    m_share = share;
    setAccessibleDescription(count ? tr("%1, gain in AP50 %2").arg(qs(formatGrouped(*count)), gainText(gain))
                                   : QString());
    update();
}

QSize ErrorRow::sizeHint() const {
    return {240, m_hint.isEmpty() ? kLow : kTall};
}

void ErrorRow::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Theme& theme = Theme::instance();
    const Palette& palette = theme.palette();
    if (isChecked()) {
        painter.fillRect(rect(), palette.accentSoft);
        painter.fillRect(QRect(0, 0, 3, height()), palette.accent);
    } else if (underMouse() && isCheckable()) {
        painter.fillRect(rect(), palette.hover);
    }
    const double left = kAside, right = width() - kAside, lineHeight = m_hint.isEmpty() ? height() : 17;
    QFont strong = Theme::font(FontRole::Table);
    strong.setWeight(m_hint.isEmpty() ? QFont::Normal : QFont::DemiBold);
    painter.setFont(strong);
    painter.setPen(palette.text);
    painter.drawText(QRectF(left, 0, right - left, lineHeight), Qt::AlignLeft | Qt::AlignVCenter, text());
    const double numbersTop = m_hint.isEmpty() ? 0 : lineHeight - 2;
    if (!m_hint.isEmpty()) {
        const double from = left + QFontMetricsF(strong).horizontalAdvance(text()) + 8;
        const QFont caption = Theme::font(FontRole::Caption);
        painter.setFont(caption);
        painter.setPen(palette.text3);
        painter.drawText(QRectF(from, 0, right - from, lineHeight), Qt::AlignLeft | Qt::AlignVCenter,
                         QFontMetricsF(caption).elidedText(m_hint, Qt::ElideRight, right - from));
        const double room = right - left - kGainWidth - kCountWidth;
        const QRectF track(left, numbersTop + 4, room, 6);
        painter.fillRect(track, palette.sunken);
        if (m_count && *m_count > 0)
            painter.fillRect(QRectF(track.left(), track.top(), std::max(2.0, track.width() * m_share), track.height()),
                             theme.verdictText(m_colour));
    }
    painter.setFont(Theme::font(FontRole::Numbers));
    const double numbersHeight = m_hint.isEmpty() ? height() : kTall - numbersTop - 1;
    painter.setPen(palette.text);
    painter.drawText(QRectF(right - kGainWidth - kCountWidth, numbersTop, kCountWidth, numbersHeight),
                     Qt::AlignRight | Qt::AlignVCenter, m_count ? qs(formatGrouped(*m_count)) : QStringLiteral("..."));
    painter.setPen(palette.text2);
    painter.drawText(QRectF(right - kGainWidth, numbersTop, kGainWidth, numbersHeight),
                     Qt::AlignRight | Qt::AlignVCenter, m_count ? gainText(m_gain) : QString());
    if (hasFocus()) {
        painter.setPen(QPen(palette.accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

// --- all of them
// ------------------------------------------------------------------------------------------------------

ErrorBars::ErrorBars(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("errorBars"));
    setAccessibleName(tr("Errors by type"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    for (const eval::ErrorType type : kOrder) {
        auto* row = new ErrorRow(ErrorWords::name(type), ErrorWords::hint(type),
                                 type == eval::ErrorType::Missed ? eval::Verdict::FN : eval::Verdict::FP, this);
        row->setObjectName(QStringLiteral("errorRow") + QString::number(static_cast<int>(type)));
        row->setToolTip(ErrorWords::rule(type) + QLatin1Char('\n') +
                        tr("Click to list only the frames that have it; Esc lists all again."));
        connect(row, &QAbstractButton::clicked, this,
                [this, type](bool on) { choose(on ? std::optional(type) : std::nullopt); });
        column->addWidget(row);
        m_rows.emplace_back(type, row);
    }
    m_wrong = new ErrorRow(tr("All wrong ones"), {}, eval::Verdict::FP, this);
    m_wrong->setObjectName(QStringLiteral("errorRowWrong"));
    m_wrong->setToolTip(
        tr("Every detection with one of these errors; the gain if each were less sure than every right one."));
    m_missing = new ErrorRow(tr("All missing ones"), {}, eval::Verdict::FN, this);
    m_missing->setObjectName(QStringLiteral("errorRowMissing"));
    m_missing->setToolTip(tr("Every true box that no detection is right about, also where one is misplaced or of "
                             "another class; the gain if none were missing."));
    column->addSpacing(2);
    column->addWidget(m_wrong);
    column->addWidget(m_missing);
    column->addSpacing(4);
    m_note = new ThemedLabel({}, FontRole::Caption, Tone::Text3, this);
    m_note->setObjectName(QStringLiteral("errorNote"));
    m_note->setWordWrap(true);
    m_note->setContentsMargins(kAside, 0, kAside, 0);
    column->addWidget(m_note);
    setErrors({});
}

void ErrorBars::setErrors(std::shared_ptr<const FrameErrors> errors) {
    if (!errors) {
        for (const auto& [type, row] : m_rows)
            row->setNumbers(std::nullopt, 0, 0);
        m_wrong->setNumbers(std::nullopt, 0, 0);
        m_missing->setNumbers(std::nullopt, 0, 0);
        m_note->setText(tr("Looking for the reasons of all errors…"));
        return;
    }
    std::int64_t most = 1;
    for (const eval::ErrorShare& share : errors->report.types)
        most = std::max(most, share.count);
    for (const auto& [type, row] : m_rows) {
        const eval::ErrorShare& share = errors->report.of(type);
        row->setNumbers(share.count, share.dap, static_cast<double>(share.count) / static_cast<double>(most));
    }
    m_wrong->setNumbers(errors->wrong, errors->report.falsePositives, 0);
    m_missing->setNumbers(errors->missing, errors->report.falseNegatives, 0);
    m_note->setText(errors->nothingWrong()
                        ? tr("Nothing is wrong here: every true box is found, and every detection is right.")
                        : tr("Over all confidences at IoU 0.5, 100 boxes a frame, as TIDE does. Gains do not add up."));
}

void ErrorBars::choose(std::optional<eval::ErrorType> type) {
    for (const auto& [of, row] : m_rows)
        row->setChecked(type == of);
    if (type == m_chosen)
        return;
    m_chosen = type;
    Q_EMIT chosenChanged();
}

ErrorRow* ErrorBars::row(eval::ErrorType type) const {
    return std::ranges::find(m_rows, type, &std::pair<eval::ErrorType, ErrorRow*>::first)->second;
}

} // namespace intersect::ui
