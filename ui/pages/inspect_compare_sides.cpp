// SPDX-License-Identifier: GPL-3.0-or-later
// Which two Inspect compares: the choices, what is remembered, reading what the other found; and the pair as one picture and one command.
#include <algorithm>

#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QPainter>
#include <QSignalBlocker>
#include <QUrl>

#include "core/base/numbers.h"
#include "ui/pages/inspect_compare.h"
#include "ui/settings.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/run_letter.h"
#include "ui/widgets/verdict_painting.h"

namespace intersect::ui {
namespace {

// No run's folder can be called so.
const QString kSame = QStringLiteral("//same"), kOpen = QStringLiteral("//open"), kOpenWeights = QStringLiteral("//open weights"), kFile = QStringLiteral("//file:"),
              kWeights = QStringLiteral("//weights:");

QString counted(std::int64_t number) {
    return qs(formatGrouped(number));
}

} // namespace

QString InspectCompare::settingsKey() const {
    return m_session.workspace() ? QStringLiteral("inspect/beside/") + QString::fromLatin1(QUrl::toPercentEncoding(qs(m_session.workspace()->folder))) : QString();
}

QString InspectCompare::otherName() const {
    if (m_choice == kSame)
        return m_run;
    if (m_choice.startsWith(kFile))
        return QFileInfo(m_choice.mid(kFile.size())).completeBaseName();
    return m_choice.startsWith(kWeights) ? QFileInfo(m_choice.mid(kWeights.size())).fileName() : m_choice;
}

bool InspectCompare::otherIsRun() const {
    return !m_choice.isEmpty() && !m_choice.startsWith(QStringLiteral("//"));
}

std::filesystem::path InspectCompare::otherFile() const {
    if (m_choice.startsWith(kFile))
        return toPath(m_choice.mid(kFile.size()));
    return m_choice.startsWith(kWeights) ? m_weights->file(m_choice.mid(kWeights.size()), m_run, m_split) : m_session.runPaths(m_choice).detections(m_split.toStdString());
}

QString InspectCompare::name(int side) const {
    return side == otherSide() ? otherName() : m_run;
}

void InspectCompare::setFirst(const QString& run, const QString& split, std::shared_ptr<const Inspection> inspection) {
    const bool same = run == m_run && split == m_split && m_first && inspection && m_first->size() == inspection->size() && m_first->nmsIou != inspection->nmsIou;
    m_run = run;
    m_split = split;
    m_first = std::move(inspection);
    if (!same || m_choice == kSame || (m_other && m_other->inspection->candidates)) {
        m_other.reset();
        m_otherErrors.reset();
    }
    if (!same || !m_first)
        m_frame = -1;
    m_firstErrors.reset();
    if (!m_first) {
        m_list->setComparing(nullptr);
        m_left->hide();
        return;
    }
    fillRuns();
    load();
    compareAll();
}

void InspectCompare::setFirstErrors(std::shared_ptr<const FrameErrors> errors) {
    m_firstErrors = std::move(errors);
    if (m_choice == kSame)
        m_otherErrors = m_firstErrors;
    compareAll();
}

void InspectCompare::fillRuns() {
    if (!m_first)
        return;
    QStringList runs;
    std::error_code none;
    for (const QString& run : m_session.runNames())
        if (std::filesystem::exists(m_session.runPaths(run).detections(m_split.toStdString()), none))
            runs << run;
    const QString before = m_choice;
    if (m_choice.isEmpty())
        m_choice = settings().value(settingsKey()).toString();
    const bool file = (m_choice.startsWith(kFile) && QFileInfo::exists(m_choice.mid(kFile.size()))) || (m_choice.startsWith(kWeights) && QFileInfo::exists(m_choice.mid(kWeights.size())));
    if (m_choice == m_run || (m_choice != kSame && !file && !runs.contains(m_choice))) {
        m_choice.clear();
        for (const QString& run : std::as_const(runs))
            if (m_choice.isEmpty() && run != m_run)
                m_choice = run;
    }
    for (int side = 0; side < 2; ++side) {
        QComboBox* combo = m_sides[static_cast<std::size_t>(side)].runs;
        const QSignalBlocker quiet(combo);
        combo->clear();
        for (const QString& run : std::as_const(runs))
            combo->addItem(run, run);
        if (side == otherSide()) {
            combo->insertSeparator(combo->count());
            combo->addItem(tr("%1, other thresholds").arg(m_run), kSame);
            const QString start = m_weights->startWeights(m_run);
            if (!start.isEmpty())
                combo->addItem(tr("%1, before training").arg(QFileInfo(start).fileName()), QString(kWeights + start));
            if (!m_choice.isEmpty() && combo->findData(m_choice) < 0)
                combo->addItem(otherName(), m_choice);
            combo->addItem(tr("Other weights…"), kOpenWeights);
            combo->setItemData(combo->count() - 1, tr("Detects on these frames with any weights, once, and keeps what they find in the workspace's cache"), Qt::ToolTipRole);
            combo->addItem(tr("Detections file…"), kOpen);
            combo->setItemData(combo->count() - 1, tr("What other weights or another program found on these frames, as COCO results with their image table"), Qt::ToolTipRole);
        }
        combo->setCurrentIndex(combo->findData(side == otherSide() ? m_choice : m_run));
    }
    m_empty->setSentence(tr("Only %1 has detections on %2. Evaluate another run on %2, or compare this one with itself at other thresholds.").arg(m_run, m_split));
    m_stack->setCurrentIndex(m_choice.isEmpty() ? 1 : 0);
    m_thresholds->setPageSide(1 - otherSide());
    m_thresholds->setSameRun(m_choice == kSame);
    const auto time = std::filesystem::last_write_time(otherFile(), none);
    if (m_choice != before || (m_other && m_choice != kSame && time != m_otherTime)) {
        m_other.reset();
        m_otherErrors.reset();
        load();
    }
    Q_EMIT changed();
}

void InspectCompare::choose(int side, const QString& choice) {
    if (choice == kOpen || choice == kOpenWeights) {
        const QString file = choice == kOpen ? QFileDialog::getOpenFileName(this, tr("Open detections of the same frames"), {}, tr("Detections (*.json)"))
                                             : QFileDialog::getOpenFileName(this, tr("Open weights to compare with"), {}, tr("Weights (*.pt *.safetensors)"));
        if (file.isEmpty())
            fillRuns(); // back to what was chosen
        else
            choose(otherSide(), (choice == kOpen ? kFile : kWeights) + file);
        return;
    }
    if (side != otherSide()) {
        if (choice == m_choice)
            exchange(); // the two change places
        else if (choice != m_run)
            Q_EMIT runWanted(choice);
        fillRuns();
        return;
    }
    if (choice == m_run && otherIsRun()) {
        exchange();
        return;
    }
    const QString wanted = choice == m_run ? kSame : choice;
    if (wanted != m_choice) {
        m_choice = wanted;
        settings().setValue(settingsKey(), m_choice);
        m_other.reset();
        m_otherErrors.reset();
        m_left->hide();
        m_weights->stop();
        load();
    }
    fillRuns();
    showBoxes();
    compareAll();
}

void InspectCompare::exchange() {
    if (m_choice.isEmpty() || !m_first)
        return;
    m_exchanged = !m_exchanged;
    fillRuns();
    showBoxes();
    compareAll();
}

void InspectCompare::load() {
    if (!m_first || m_choice.isEmpty() || !isVisible() || m_other)
        return;
    if (m_choice == kSame) {
        m_loadJob.cancel();
        m_otherErrors = m_firstErrors;
        take(sameFound(m_first));
        return;
    }
    if (m_choice.startsWith(kWeights) && !m_weights->areKept(m_choice.mid(kWeights.size()), m_run, m_split)) {
        tellWeights(tr("starting…"));
        m_weights->find(m_choice.mid(kWeights.size()), m_run, m_split);
        return;
    }
    const std::filesystem::path file = otherFile(), candidates = m_choice.startsWith(kWeights) ? WeightsDetections::candidatesOf(file)
                                                                 : otherIsRun()                ? m_session.runPaths(m_choice).candidates(m_split.toStdString())
                                                                                               : std::filesystem::path();
    std::error_code none;
    m_otherTime = std::filesystem::last_write_time(file, none);
    m_loadJob.start([first = m_first, file, candidates, root = m_session.workspace()->dataRoot,
                     nms = m_session.nmsIou()](const JobRunner::Cancelled&) { return loadOther(*first, file, root, candidates, nms); },
                    [this, first = m_first](Result<OtherFound> other) {
                        if (first != m_first)
                            return;
                        if (!other) {
                            m_details->clear(tr("Nothing to compare with"));
                            Q_EMIT failed(qs(other.error().message), qs(other.error().advice));
                            return;
                        }
                        take(std::move(*other));
                        findErrors();
                    });
}

void InspectCompare::tellWeights(const QString& line) {
    m_left->setText(tr("Detecting with %1 on the %2 frames of %3, once: %4").arg(otherName(), m_split, m_run, line));
    m_left->show();
}

void InspectCompare::take(OtherFound other) {
    m_other = std::move(other);
    QStringList left;
    if (m_other->missingFrames > 0)
        left << (m_other->missingFrames == 1 ? tr("1 frame of %1 is not in %2 and left out.").arg(m_run, otherName())
                                             : tr("%1 frames of %2 are not in %3 and left out.").arg(counted(m_other->missingFrames), m_run, otherName()));
    if (m_other->extraFrames > 0)
        left << (m_other->extraFrames == 1 ? tr("1 frame is only in %1.").arg(otherName()) : tr("%1 frames are only in %2.").arg(counted(m_other->extraFrames), otherName()));
    m_left->setText(left.join(QLatin1Char(' ')));
    m_left->setVisible(!left.isEmpty());
    showBoxes();
    compareAll();
}

void InspectCompare::findErrors() {
    if (!m_other || m_otherErrors || !isVisible() || m_choice == kSame)
        return;
    m_errorJob.start([found = m_other->inspection](const JobRunner::Cancelled&) { return findFrameErrors(*found); },
                     [this, found = m_other->inspection](std::shared_ptr<const FrameErrors> errors) {
                         if (!m_other || m_other->inspection != found)
                             return;
                         m_otherErrors = std::move(errors);
                         compareAll();
                     });
}

// --- the pair as one --------------------------------------------------------------------------------------------------------

QStringList InspectCompare::command() const {
    if (m_run.isEmpty())
        return {};
    const auto evaluate = [this](int side) {
        return QStringList{QStringLiteral("evaluate"), qs(m_session.runPaths(name(side)).folder), QStringLiteral("--split"), m_split};
    };
    const QStringList against{QStringLiteral("--against"), qs(m_session.runPaths(name(0)).folder)};
    if (otherIsRun())
        return evaluate(1) + against;
    if (m_choice.startsWith(kWeights) && !m_exchanged)
        return m_weights->command(m_choice.mid(kWeights.size()), m_run, m_split) + against;
    return evaluate(1 - otherSide()); // only a run can be held against
}

QImage InspectCompare::picture() const {
    const std::array<QImage, 2> pictures{canvas(0)->pictureWithOverlay(), canvas(1)->pictureWithOverlay()};
    if (m_frame < 0 || pictures[0].isNull() || pictures[1].isNull())
        return {};
    const Palette& palette = Theme::instance().palette();
    const int width = pictures[0].width(), gap = 2;
    const double scale = std::max(1.0, std::max(width, pictures[0].height()) / 1280.0);
    const int head = static_cast<int>(32 * scale);
    QImage whole(2 * width + gap, head + pictures[0].height(), QImage::Format_RGB888);
    whole.fill(palette.surface);
    QPainter painter(&whole);
    painter.setRenderHint(QPainter::Antialiasing);
    for (std::size_t side = 0; side < 2; ++side) {
        const int left = static_cast<int>(side) * (width + gap);
        painter.drawImage(left, head, pictures[side]);
        painter.save();
        painter.translate(left, 0);
        painter.scale(scale, scale);
        painter.setClipRect(QRectF(0, 0, width / scale, 32));
        paintRunLetter(painter, QRectF(10, 8, 16, 16), side == 0 ? QStringLiteral("A") : QStringLiteral("B"));
        const eval::Judgement judge = m_thresholds->judge(static_cast<int>(side));
        double right = width / scale - 8;
        if (const auto& counts = m_sides[side].counts->counts())
            for (const auto& [verdict, count] : {std::pair(eval::Verdict::TP, counts->tp), std::pair(eval::Verdict::FP, counts->fp), std::pair(eval::Verdict::FN, counts->fn)}) {
                const QString text = verdictWord(verdict) + QLatin1Char(' ') + counted(count);
                right -= verdictChipWidth(text) + 6;
                paintVerdictChip(painter, QPointF(right, 7), verdict, text);
            }
        painter.setFont(Theme::font(FontRole::Body));
        painter.setPen(palette.text);
        const QString words = tr("%1   confidence %2, match IoU %3").arg(name(static_cast<int>(side)), qs(formatFixed(judge.confidence, 2)), qs(formatFixed(judge.matchIou, 2)));
        const QRectF room(34, 0, right - 42, 32);
        painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter, QFontMetricsF(painter.font()).elidedText(words, Qt::ElideRight, room.width()));
        painter.restore();
    }
    return whole;
}

void InspectCompare::copyPicture() {
    const QImage both = picture();
    if (both.isNull())
        return;
    QGuiApplication::clipboard()->setImage(both);
    Q_EMIT said(tr("Both pictures are on the clipboard."));
}

} // namespace intersect::ui
