// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_splits.h"

#include <QPushButton>

#include "ui/pages/evaluate_text.h"
#include "ui/settings.h"
#include "ui/widgets/cell_view.h"
#include "ui/widgets/fold_section.h"

namespace intersect::ui {

namespace {

const QString kOpenKey = QStringLiteral("evaluate/splitsOpen");
constexpr int kQuietMs = 500;
constexpr std::size_t kTrain = 0, kVal = 1, kTest = 2;

} // namespace

SplitsPanel::SplitsPanel(SidePane* pane) : QObject(pane) {
    m_fold = new FoldSection(tr("train, val and test"), QStringLiteral("splitsFold"));
    pane->addSection()->addWidget(m_fold);
    m_table = new CellTable({{tr("Split"), false, {}},
                             {tr("Frames"), true, {}},
                             {tr("mAP50"), true, tr("YOLOv5's definition")},
                             {tr("50-95"), true, tr("mAP50-95, YOLOv5's definition")},
                             {tr("P"), true, tr("Precision at the thresholds, all classes together")},
                             {tr("R"), true, tr("Recall at the thresholds, all classes together")}},
                            this);
    m_view = new CellView(m_table);
    m_view->setObjectName(QStringLiteral("splitTable"));
    m_view->setAccessibleName(tr("Results on train, val and test"));
    m_view->setStretchColumn(0);
    m_view->setSaveable(QStringLiteral("train-val-test"));
    m_view->fitHeight();
    m_fold->content()->addWidget(m_view);
    m_sentence = new ThemedLabel({}, FontRole::Table, Tone::Text);
    m_sentence->setObjectName(QStringLiteral("splitSentence"));
    m_sentence->setWordWrap(true);
    m_sentence->setToolTip(tr("The rule: where mAP50 on test lies in 95 % of 1,000 redraws of its frames is its interval. Val above it: "
                              "leaking, since val is nearer to the training "
                              "frames than test is. Else train above it: over-fitted. Else fine: the gaps may be chance."));
    m_fold->content()->addWidget(m_sentence);
    m_evaluate = new QPushButton;
    m_evaluate->setObjectName(QStringLiteral("evaluateSplitsButton"));
    m_evaluate->setProperty("small", true);
    m_fold->content()->addWidget(m_evaluate, 0, Qt::AlignLeft);
    m_soon.setSingleShot(true);
    m_soon.setInterval(kQuietMs);
    connect(&m_soon, &QTimer::timeout, this, &SplitsPanel::compute);
    connect(m_evaluate, &QPushButton::clicked, this, [this] { Q_EMIT splitsWanted(missing()); });
    m_fold->setOpen(settings().value(kOpenKey, true).toBool());
    connect(m_fold->findChild<QPushButton*>(QStringLiteral("splitsFold")), &QPushButton::toggled, this, [this](bool open) {
        settings().setValue(kOpenKey, open);
        if (open && m_shown.run && m_splitsOf != m_shown.run->set)
            m_soon.start();
    });
    fill();
}

void SplitsPanel::setRun(const ShownRun& shown, const runs::RunPaths& paths, const std::vector<std::string>& datasetNames,
                         const QString& letter) {
    const bool otherRun = !shown.run || !m_shown.run || shown.run->run != m_shown.run->run;
    m_shown = shown;
    m_paths = paths;
    m_names = datasetNames;
    m_letter = letter;
    if (otherRun) {
        m_splits = {};
        m_splitsOf.reset();
    }
    if (!m_shown.run) {
        m_job.cancel();
        m_soon.stop();
        m_computing = false;
    } else if (m_splitsOf != m_shown.run->set && m_fold->isOpen()) {
        m_soon.start();
    }
    fill();
}

void SplitsPanel::setMayEvaluate(bool may) {
    m_evaluate->setEnabled(may);
    m_evaluate->setToolTip(may ? tr("Detects on these frames with the run's weights")
                               : tr("This needs the run's weights, and no other evaluation running"));
}

void SplitsPanel::compute() {
    if (!m_shown.run)
        return;
    m_computing = true;
    m_job.start([paths = m_paths, run = m_shown.run, names = m_names,
                 nms = m_shown.run->candidates ? m_shown.run->set->nmsIou : Thresholds().nmsIou](
                    const JobRunner::Cancelled& cancelled) { return splitTable(paths, *run, names, nms, cancelled); },
                [this, set = m_shown.run->set](std::optional<SplitTable> splits) {
                    m_computing = false;
                    if (!splits || !m_shown.run || m_shown.run->set != set)
                        return;
                    m_splits = std::move(*splits);
                    m_splitsOf = set;
                    fill();
                });
}

QStringList SplitsPanel::missing() const {
    QStringList splits;
    std::error_code none;
    for (const char* split : kSplitNames)
        if (m_shown.run && !std::filesystem::exists(m_paths.detections(split), none))
            splits << qs(split);
    return splits;
}

void SplitsPanel::fill() {
    m_fold->setEnabled(m_shown.run != nullptr);
    m_fold->setCaption(m_shown.run ? tr("run %1").arg(m_letter) : QString());
    std::vector<std::vector<Cell>> rows;
    struct Figures {
        double map50, map5095, precision, recall;
    };
    std::array<std::optional<Figures>, 3> figures;
    const QString words[] = {tr("train"), tr("val"), tr("test")};
    for (std::size_t i = 0; i < m_splits.size() && m_shown.live; ++i) {
        std::vector<Cell> row{wordCell(words[i])};
        if (const auto& split = m_splits[i]) {
            eval::ThresholdCounts all;
            for (const eval::ThresholdCounts& one : eval::countsAt(*split->pairing, m_shown.live->confidence, m_shown.live->matchIou)) {
                all.tp += one.tp;
                all.fp += one.fp;
                all.fn += one.fn;
            }
            figures[i] = Figures{split->map50, split->map5095, all.precision(), all.recall()};
            row.push_back(countCell(split->images));
            row.push_back(numberCell(split->map50, three(split->map50)));
            if (split->interval)
                row.back().toolTip = tr("95 % interval %1").arg(rangeText(*split->interval));
            row.push_back(numberCell(split->map5095, three(split->map5095)));
            row.push_back(numberCell(all.precision(), two(all.precision())));
            row.push_back(numberCell(all.recall(), two(all.recall())));
        } else {
            const QString word = missing().contains(qs(kSplitNames[i])) ? tr("not yet") : QStringLiteral("…");
            for (int column = 1; column < 6; ++column)
                row.push_back(wordCell(column == 1 ? word : QString(), Tone::Text3));
        }
        rows.push_back(std::move(row));
    }
    const auto signedTwo = [](double value) -> QString {
        return (std::isfinite(value) && value >= 0 ? QStringLiteral("+") : QString()) + two(value);
    };
    for (const std::size_t i : {kTrain, kVal})
        if (figures[i] && figures[kTest]) {
            const Figures &of = *figures[i], &test = *figures[kTest];
            rows.push_back({wordCell(tr("%1 − test").arg(words[i]), Tone::Text2), wordCell({}),
                            numberCell(of.map50 - test.map50, signedThree(of.map50 - test.map50)),
                            numberCell(of.map5095 - test.map5095, signedThree(of.map5095 - test.map5095)),
                            numberCell(of.precision - test.precision, signedTwo(of.precision - test.precision)),
                            numberCell(of.recall - test.recall, signedTwo(of.recall - test.recall))});
        }
    m_table->setRows(std::move(rows));

    const QStringList without = missing();
    m_evaluate->setText(tr("Evaluate on %1").arg(without.join(tr(" and "))));
    m_evaluate->setVisible(!without.isEmpty());
    QString sentence;
    const SplitVerdict verdict = verdictOf(m_splits);
    if (verdict != SplitVerdict::Incomplete) {
        const QString range = rangeText(*m_splits[kTest]->interval);
        const QString overTrain = signedThree(m_splits[kTrain]->map50 - m_splits[kTest]->map50),
                      overVal = signedThree(m_splits[kVal]->map50 - m_splits[kTest]->map50);
        if (verdict == SplitVerdict::Fine)
            sentence = tr("Fine: train (%1) and val (%2) do not lie above the interval of test, %3.").arg(overTrain, overVal, range);
        else if (verdict == SplitVerdict::OverFitted)
            sentence = tr("Over-fitted: train lies %1 from test, above its interval %2; val does not.").arg(overTrain, range);
        else
            sentence =
                tr("Leaking? Val lies %1 from test, above its interval %2: are its frames near training frames in time? Select shows it.")
                    .arg(overVal, range);
        if (const std::int64_t cameras = m_splits[kTest]->newCameras; cameras > 0)
            sentence +=
                QLatin1Char(' ') +
                (cameras == 1 ? tr("1 camera of test was never seen in training, which widens the gaps too.")
                              : tr("%1 cameras of test were never seen in training, which widens the gaps too.").arg(counted(cameras)));
    } else if (m_shown.run && !without.isEmpty()) {
        sentence = tr("The gaps can be judged when all three are evaluated.");
    }
    m_sentence->setText(sentence);
    m_sentence->setTone(verdict == SplitVerdict::OverFitted || verdict == SplitVerdict::Leaking ? Tone::Warn : Tone::Text);
    m_sentence->setVisible(!sentence.isEmpty());
}

} // namespace intersect::ui
