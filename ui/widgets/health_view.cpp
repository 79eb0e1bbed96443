// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/health_view.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <unordered_set>

#include <QDateTime>
#include <QHBoxLayout>
#include <QListWidget>
#include <QLocale>
#include <QPainter>
#include <QScrollArea>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/frame_painting.h"
#include "ui/widgets/inline_message.h"
#include "ui/widgets/side_pane.h"
#include "ui/widgets/themed_label.h"

namespace intersect::ui {
namespace {

constexpr std::size_t kListed = 500; ///< findings of a kind that its list shows

QString counted(std::size_t number) {
    return qs(formatGrouped(static_cast<std::int64_t>(number)));
}

QString severityWord(data::Severity severity, std::size_t count) {
    const bool one = count == 1;
    switch (severity) {
    case data::Severity::Error: return one ? HealthView::tr("error") : HealthView::tr("errors");
    case data::Severity::Warning: return one ? HealthView::tr("warning") : HealthView::tr("warnings");
    case data::Severity::Note: break;
    }
    return one ? HealthView::tr("note") : HealthView::tr("notes");
}

/// The sign of a severity: a filled triangle, a triangle, a ring.
class SeveritySign : public QWidget {
public:
    explicit SeveritySign(data::Severity severity, QWidget* parent) : QWidget(parent), m_severity(severity) {
        setFixedSize(16, 18);
        connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const Palette& palette = Theme::instance().palette();
        if (m_severity == data::Severity::Note) {
            painter.setPen(QPen(palette.text3, 1.4));
            painter.drawEllipse(QPointF(8, 9), 5, 5);
            return;
        }
        const bool error = m_severity == data::Severity::Error;
        if (error) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(palette.errSoft);
            painter.drawPolygon(QPolygonF({QPointF(8, 2), QPointF(15, 15), QPointF(1, 15)}));
        }
        paintFindingSign(painter, QRectF(1, 2, 14, 14), error ? palette.err : palette.warn);
    }

private:
    data::Severity m_severity;
};

struct Kind {
    const char* code;
    const char* title;
    const char* reason;
};

/// What is known about kinds of findings. Kinds that do not stand here show their code and their first message.
constexpr std::array kKinds = {
    Kind{"image-unreadable", QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Picture cannot be read"), QT_TRANSLATE_NOOP("HealthView", "It is no picture, or damaged. Training leaves it out.")},
    Kind{"image-truncated", QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Picture is cut off"), QT_TRANSLATE_NOOP("HealthView", "The end of the file is missing; its lower part would be grey. Training leaves it out.")},
    Kind{"label-without-image", QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Labels without a picture"), QT_TRANSLATE_NOOP("HealthView", "A label file whose picture is not there counts for nothing.")},
    Kind{"label-columns", QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Label row of another form"), QT_TRANSLATE_NOOP("HealthView", "A row is class, centre and size: five numbers. The row is left out.")},
    Kind{"label-class", QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Class that is no number"), QT_TRANSLATE_NOOP("HealthView", "The class of a box is an index into the list of names. The row is left out.")},
    Kind{"label-number", QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Box with a value that is no number"), QT_TRANSLATE_NOOP("HealthView", "One such value would turn the loss of a whole batch into NaN. The row is left out.")},
    Kind{"label-range", QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Box outside its picture"), QT_TRANSLATE_NOOP("HealthView", "Centre and size are fractions of the picture, 0 to 1. The row is left out.")},
    Kind{"label-size", QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Box without area"), QT_TRANSLATE_NOOP("HealthView", "Nothing can be learnt from it, and IoU divides by it. The row is left out.")},
    Kind{"label-duplicate", QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Box that stands twice"), QT_TRANSLATE_NOOP("HealthView", "Only one detection can match; the other would count as missed.")},
    Kind{"label-empty", QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Frames with an empty label file"), QT_TRANSLATE_NOOP("HealthView", "They say that nothing is there: useful as background, wrong where vehicles were overlooked.")},
    Kind{"label-unreadable", QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Label file cannot be read"), QT_TRANSLATE_NOOP("HealthView", "Its frame would be trained on as if nothing were there.")},
    Kind{"label-class-unknown", QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Class outside the names"), QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Its index is above the last class name, so the network has no output for it.")},
    Kind{"label-outside", QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Box over the picture's border"), QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Only the part inside can be found; the match counts less than it could.")},
    Kind{"label-overlap", QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Two boxes on one object"), QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Only one of them can be matched; the other counts as missed.")},
    Kind{"image-size", QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Frame of another size"), QT_TRANSLATE_NOOP("intersect::ui::HealthView", "The others of its camera have one size: perhaps it belongs elsewhere.")},
    Kind{"camera-sizes", QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Camera with several sizes"), QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Its objects change in scale with the size of the picture.")},
    Kind{"camera-few-frames", QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Camera with few frames"), QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Too few to choose from and to judge by.")},
    Kind{"frame-identical", QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Identical frames"), QT_TRANSLATE_NOOP("intersect::ui::HealthView", "The same picture twice teaches nothing more, and in train and val it makes the result look too good.")},
    Kind{"frame-near-duplicate", QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Nearly identical frames"), QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Webcams that stand still send the same picture again: it spends the budget, and in train and val it makes the result look too good.")},
    Kind{"folder-unreadable", QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Folder cannot be read"), QT_TRANSLATE_NOOP("intersect::ui::HealthView", "Its frames are not counted.")},
};

const Kind* kindOf(const std::string& code) {
    const auto* found = std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& kind) { return code == kind.code; });
    return found != kKinds.end() ? found : nullptr;
}

ThemedLabel* words(const QString& text, FontRole role, Tone tone, QWidget* parent) {
    auto* label = new ThemedLabel(text, role, tone, parent);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

QString HealthView::titleOf(const std::string& code) {
    if (const Kind* kind = kindOf(code))
        return tr(kind->title);
    QString text = qs(code).replace(QLatin1Char('-'), QLatin1Char(' '));
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

HealthView::HealthView(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("healthView"));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(16, 10, 16, 10);
    head->setSpacing(12);
    auto* sentences = new QVBoxLayout;
    sentences->setSpacing(2);
    m_summary = new ThemedLabel({}, FontRole::Body, Tone::Text, this);
    m_summary->setObjectName(QStringLiteral("healthSummary"));
    m_summary->setWordWrap(true);
    m_deepText = new ThemedLabel({}, FontRole::Caption, Tone::Text3, this);
    m_deepText->setObjectName(QStringLiteral("deepText"));
    m_deepText->setWordWrap(true);
    sentences->addWidget(m_summary);
    sentences->addWidget(m_deepText);
    m_bar = new QProgressBar(this);
    m_bar->setObjectName(QStringLiteral("deepBar"));
    m_bar->setAccessibleName(tr("How far the deep look is"));
    m_bar->setRange(0, 1000);
    m_bar->setTextVisible(false);
    m_bar->hide();
    sentences->addWidget(m_bar);
    head->addLayout(sentences, 1);
    m_deep = new QPushButton(tr("Look deeper"), this);
    m_deep->setObjectName(QStringLiteral("lookDeeperButton"));
    m_deep->setToolTip(tr("Decode every picture and compare them all: finds damaged, identical and nearly identical frames"));
    m_cancel = new QPushButton(tr("Stop"), this);
    m_cancel->setObjectName(QStringLiteral("stopDeeperButton"));
    m_cancel->hide();
    head->addWidget(m_deep, 0, Qt::AlignTop);
    head->addWidget(m_cancel, 0, Qt::AlignTop);
    outer->addLayout(head);
    m_problem = new InlineMessage(InlineMessage::Kind::Error, this);
    auto* problemRow = new QVBoxLayout;
    problemRow->setContentsMargins(16, 0, 16, 8);
    problemRow->addWidget(m_problem);
    outer->addLayout(problemRow);
    outer->addWidget(new HairLine(this));

    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_rows = new QWidget;
    m_rows->setObjectName(QStringLiteral("healthRows"));
    scroll->setStyleSheet(QStringLiteral("QScrollArea, #healthRows { background: transparent; }"));
    scroll->viewport()->setAutoFillBackground(false);
    m_column = new QVBoxLayout(m_rows);
    m_column->setContentsMargins(16, 4, 16, 16);
    m_column->setSpacing(0);
    scroll->setWidget(m_rows);
    outer->addWidget(scroll, 1);
    connect(m_deep, &QPushButton::clicked, this, &HealthView::deepRequested);
    connect(m_cancel, &QPushButton::clicked, this, &HealthView::deepCancelled);
    setDeepTime(0);
}

void HealthView::setFindings(const std::shared_ptr<const data::Dataset>& dataset, const std::shared_ptr<const FrameMarks>& marks) {
    if (dataset == m_dataset && marks == m_marks)
        return;
    m_dataset = dataset;
    m_marks = marks;
    m_groups = dataset ? data::groupFindings(dataset->findings) : std::vector<data::FindingGroup>();
    fill();
}

void HealthView::fill() {
    while (QLayoutItem* item = m_column->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    std::array<std::size_t, 3> bySeverity{};
    std::size_t all = 0;
    for (const data::FindingGroup& group : m_groups) {
        all += group.findings.size();
        for (const std::uint32_t i : group.findings)
            ++bySeverity[static_cast<std::size_t>(m_dataset->findings[i].severity)];
    }
    if (all == 0) {
        m_summary->setText(tr("Nothing wrong was found in folders, headers and labels."));
    } else {
        QStringList parts;
        for (std::size_t s = 0; s < bySeverity.size(); ++s)
            if (bySeverity[s] > 0)
                parts << counted(bySeverity[s]) + QLatin1Char(' ') + severityWord(static_cast<data::Severity>(s), bySeverity[s]);
        std::size_t frames = 0;
        if (m_marks)
            for (std::size_t i = 0; i + 1 < m_marks->findingBegin.size(); ++i)
                frames += m_marks->hasFindings(i) ? 1 : 0;
        const QString where = frames == 1 ? tr("1 frame") : tr("%1 frames").arg(counted(frames));
        m_summary->setText(tr("%1 in %2. Nothing is changed or deleted.").arg(parts.join(QStringLiteral(", ")), where));
    }
    for (const data::FindingGroup& group : m_groups) {
        if (m_column->count() > 0)
            m_column->addWidget(new HairLine(m_rows));
        m_column->addWidget(rowOf(group));
    }
    m_column->addStretch(1);
}

QWidget* HealthView::rowOf(const data::FindingGroup& group) {
    auto* row = new QWidget(m_rows);
    row->setObjectName(QStringLiteral("health-") + qs(group.code));
    auto* outer = new QHBoxLayout(row);
    outer->setContentsMargins(0, 12, 0, 12);
    outer->setSpacing(10);
    outer->addWidget(new SeveritySign(group.severity, row), 0, Qt::AlignTop);
    auto* text = new QVBoxLayout;
    text->setSpacing(4);
    auto* first = new QHBoxLayout;
    first->setSpacing(8);
    first->addWidget(new ThemedLabel(titleOf(group.code), FontRole::SectionHeading, Tone::Text, row));
    first->addWidget(new ThemedLabel(counted(group.findings.size()) + QLatin1Char(' ') + severityWord(group.severity, group.findings.size()), FontRole::Table,
                                     group.severity == data::Severity::Error ? Tone::Err : group.severity == data::Severity::Warning ? Tone::Warn : Tone::Text3, row));
    first->addStretch(1);
    text->addLayout(first);
    const data::Finding& example = m_dataset->findings[group.findings.front()];
    const Kind* kind = kindOf(group.code);
    text->addWidget(words(kind != nullptr ? tr(kind->reason) : qs(example.message), FontRole::Table, Tone::Text2, row));
    if (!example.advice.empty())
        text->addWidget(words(tr("What to do: %1").arg(qs(example.advice)), FontRole::Table, Tone::Text2, row));

    // How many frames it concerns: the number leads there.
    std::unordered_set<std::uint32_t> wanted(group.findings.begin(), group.findings.end());
    std::size_t frames = 0;
    if (m_marks)
        for (std::size_t i = 0; i + 1 < m_marks->findingBegin.size(); ++i)
            for (std::uint32_t f = m_marks->findingBegin[i]; f < m_marks->findingBegin[i + 1]; ++f)
                if (wanted.contains(m_marks->findingOrder[f])) {
                    ++frames;
                    break;
                }
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    if (frames > 0) {
        auto* show = new QPushButton(frames == 1 ? tr("Show 1 frame") : tr("Show %1 frames").arg(counted(frames)), row);
        show->setObjectName(QStringLiteral("show-") + qs(group.code));
        show->setProperty("small", true);
        connect(show, &QPushButton::clicked, this, [this, code = group.code] { Q_EMIT framesRequested(code); });
        buttons->addWidget(show);
    }
    auto* list = new QPushButton(group.findings.size() == 1 ? tr("List 1 finding") : tr("List %1 findings").arg(counted(group.findings.size())), row);
    list->setObjectName(QStringLiteral("list-") + qs(group.code));
    list->setProperty("small", true);
    list->setCheckable(true);
    buttons->addWidget(list);
    buttons->addStretch(1);
    text->addLayout(buttons);
    connect(list, &QPushButton::toggled, row, [this, text, group, shown = static_cast<QWidget*>(nullptr)](bool on) mutable {
        if (shown == nullptr && on) {
            shown = listOf(group);
            text->addWidget(shown);
        }
        if (shown != nullptr)
            shown->setVisible(on);
    });
    outer->addLayout(text, 1);
    return row;
}

QWidget* HealthView::listOf(const data::FindingGroup& group) {
    auto* list = new QListWidget;
    list->setObjectName(QStringLiteral("findings-") + qs(group.code));
    list->setAccessibleName(titleOf(group.code));
    list->setFrameShape(QFrame::NoFrame);
    list->setUniformItemSizes(true);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setTextElideMode(Qt::ElideMiddle);
    const auto place = [this](const data::Finding& finding) {
        const QString below = qs(finding.path.lexically_relative(m_dataset->root));
        return below.isEmpty() || below.startsWith(QStringLiteral("..")) ? qs(finding.path) : below;
    };
    const std::size_t shown = std::min(group.findings.size(), kListed);
    std::size_t rows = 0;
    const auto add = [&](const QString& text, std::uint32_t number) {
        const data::Finding& finding = m_dataset->findings[number];
        auto* item = new QListWidgetItem(text, list);
        item->setToolTip(place(finding) + QLatin1Char('\n') + qs(finding.message) + QLatin1Char('\n') + qs(finding.advice));
        item->setData(Qt::UserRole, number);
        ++rows;
    };
    if (group.code.starts_with("frame-")) {
        // Frames that are alike stand together under the one they are like.
        std::map<QString, std::vector<std::uint32_t>> alike;
        for (std::size_t k = 0; k < shown; ++k)
            alike[qs(m_dataset->findings[group.findings[k]].message)].push_back(group.findings[k]);
        for (const auto& [message, numbers] : alike) {
            auto* heading = new QListWidgetItem(message, list);
            heading->setFlags(Qt::NoItemFlags);
            heading->setFont(Theme::font(FontRole::SectionHeading));
            ++rows;
            for (const std::uint32_t number : numbers)
                add(QStringLiteral("    ") + place(m_dataset->findings[number]), number);
        }
    } else {
        for (std::size_t k = 0; k < shown; ++k) {
            const data::Finding& finding = m_dataset->findings[group.findings[k]];
            const QString line = finding.line > 0 ? tr(", line %1").arg(finding.line) : QString();
            add(place(finding) + line + QStringLiteral(":  ") + qs(finding.message), group.findings[k]);
        }
    }
    if (shown < group.findings.size()) {
        auto* rest = new QListWidgetItem(tr("… and %1 more; Show frames has them all.").arg(counted(group.findings.size() - shown)), list);
        rest->setFlags(Qt::NoItemFlags);
        ++rows;
    }
    list->setFixedHeight(static_cast<int>(std::clamp<std::size_t>(rows, 1, 10)) * std::max(20, list->sizeHintForRow(0)) + 4);
    connect(list, &QListWidget::itemActivated, this, [this](const QListWidgetItem* item) {
        if (!m_marks || !item->data(Qt::UserRole).isValid())
            return;
        if (const std::int64_t frame = m_marks->frameOfFinding(item->data(Qt::UserRole).toUInt()); frame >= 0)
            Q_EMIT frameRequested(static_cast<quint32>(frame));
    });
    return list;
}

void HealthView::setDeepTime(std::int64_t seconds) {
    m_deepText->setText(seconds <= 0 ? tr("Pictures were looked at by their headers only: look deeper to decode and compare them all.")
                                     : tr("All pictures were decoded and compared on %1.")
                                           .arg(QLocale(QLocale::English).toString(QDateTime::fromSecsSinceEpoch(seconds), QStringLiteral("d MMM yyyy, HH:mm"))));
}

void HealthView::setDeepProgress(const QString& text, double part) {
    m_problem->hide();
    m_deep->hide();
    m_cancel->show();
    m_bar->show();
    m_bar->setRange(0, part < 0 ? 0 : 1000);
    if (part >= 0)
        m_bar->setValue(static_cast<int>(std::lround(part * 1000)));
    m_deepText->setText(text);
}

void HealthView::setDeepEnded(const QString& problem, const QString& advice) {
    m_deep->show();
    m_cancel->hide();
    m_bar->hide();
    if (problem.isEmpty())
        m_problem->hide();
    else
        m_problem->show(problem, advice);
}

} // namespace intersect::ui
