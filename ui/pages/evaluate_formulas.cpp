// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_formulas.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QSignalBlocker>

#include "ui/pages/evaluate_text.h"
#include "ui/settings.h"
#include "ui/widgets/fold_section.h"

namespace intersect::ui {

namespace {

const QString kOpenKey = QStringLiteral("evaluate/formulasOpen");
constexpr int kAllClasses = -1;

} // namespace

FormulasPanel::FormulasPanel(SidePane* pane) : QObject(pane) {
    m_fold = new FoldSection(tr("How these are counted"), QStringLiteral("formulasFold"));
    pane->addSection()->addWidget(m_fold);
    auto* row = new QHBoxLayout;
    m_class = new QComboBox;
    m_class->setObjectName(QStringLiteral("formulaClass"));
    m_class->setAccessibleName(tr("Classes that are counted"));
    m_class->addItem(tr("all classes"), kAllClasses);
    row->addWidget(m_class);
    row->addStretch(1);
    m_fold->content()->addLayout(row);
    const auto add = [this](const QString& name, FontRole role, Tone tone) {
        auto* label = new ThemedLabel({}, role, tone);
        label->setObjectName(name);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        m_fold->content()->addWidget(label);
        return label;
    };
    m_counts = add(QStringLiteral("formulaCounts"), FontRole::Table, Tone::Text);
    m_ratios = add(QStringLiteral("formulaRatios"), FontRole::Table, Tone::Text);
    m_negatives = add(QStringLiteral("formulaNegatives"), FontRole::Caption, Tone::Text2);
    m_negatives->setText(tr("A detector has no true negatives: every place where there is nothing and nothing was found would be one, and "
                            "there is no end of such places. "
                            "So there is no accuracy, (TP + TN) / all, either."));
    auto* button = m_fold->findChild<QPushButton*>(QStringLiteral("formulasFold"));
    m_fold->setOpen(settings().value(kOpenKey, false).toBool());
    connect(button, &QPushButton::toggled, this, [this](bool open) {
        settings().setValue(kOpenKey, open);
        fill();
    });
    connect(m_class, &QComboBox::currentIndexChanged, this, &FormulasPanel::fill);
}

void FormulasPanel::setRun(const ShownRun& shown) {
    m_shown = shown;
    m_fold->setEnabled(shown.live != nullptr);
    if (shown.live) {
        std::vector<int> ids;
        for (const eval::LiveClass* one : listedClasses(*shown.live))
            ids.push_back(one->classId);
        std::vector<int> listed;
        for (int i = 1; i < m_class->count(); ++i)
            listed.push_back(m_class->itemData(i).toInt());
        if (ids != listed) {
            const QSignalBlocker quiet(m_class);
            const int before = m_class->currentData().toInt();
            m_class->clear();
            m_class->addItem(tr("all classes"), kAllClasses);
            for (const int id : ids)
                m_class->addItem(qs(shown.run->className(id)), id);
            m_class->setCurrentIndex(std::max(0, m_class->findData(before)));
        }
    }
    fill();
}

void FormulasPanel::fill() {
    if (!m_shown.live || !m_fold->isOpen()) {
        m_counts->clear();
        m_ratios->clear();
        return;
    }
    const int id = m_class->currentData().toInt();
    eval::ThresholdCounts counts = m_shown.live->all;
    for (const eval::LiveClass& one : m_shown.live->classes)
        if (one.classId == id)
            counts = one.counts;
    const QString tp = counted(counts.tp), fp = counted(counts.fp), fn = counted(counts.fn);
    const QString iou = two(m_shown.live->matchIou), confidence = two(m_shown.live->confidence);
    m_counts->setText(QStringList{tr("TP = %1: boxes above confidence %2 that overlap a labelled box of their class by at least %3; of "
                                     "several on one label only the surest.")
                                      .arg(tp, confidence, iou),
                                  tr("FP = %1: all other boxes above the confidence.").arg(fp),
                                  tr("FN = %1: labelled boxes that no box found.").arg(fn)}
                          .join(QLatin1Char('\n')));
    m_ratios->setText(
        QStringList{tr("precision = TP / (TP + FP) = %1 / (%1 + %2) = %3").arg(tp, fp, two(counts.precision())),
                    tr("recall = TP / (TP + FN) = %1 / (%1 + %2) = %3").arg(tp, fn, two(counts.recall())),
                    tr("F1 = 2 TP / (2 TP + FP + FN) = %1 / (%1 + %2 + %3) = %4").arg(counted(2 * counts.tp), fp, fn, two(counts.f1()))}
            .join(QLatin1Char('\n')));
}

} // namespace intersect::ui
