// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/losses_help.h"

#include <cmath>

#include <QEvent>
#include <QSignalBlocker>

#include "core/base/numbers.h"
#include "core/loss/imbalance.h"
#include "ui/pages/losses_topics.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/cell_view.h"

namespace intersect::ui {
namespace {

constexpr double kValuesAt[] = {0.1, 0.5, 0.6, 0.9, 0.968};

} // namespace

LossHelp::LossHelp(SidePane* pane) : QObject(pane) {
    QVBoxLayout* section = pane->addSection();
    m_topic = new QComboBox(pane);
    m_topic->setObjectName(QStringLiteral("topicCombo"));
    m_topic->setAccessibleName(tr("Which loss is explained"));
    m_topic->setToolTip(tr("Which loss is explained; a click on a word of a chart's legend chooses too"));
    for (const LossTopic& topic : lossTopics({}))
        m_topic->addItem(topic.title);
    section->addWidget(m_topic);
    m_formula = new FormulaView(pane);
    m_formula->setObjectName(QStringLiteral("formulaView"));
    section->addWidget(m_formula);
    const auto label = [pane](QVBoxLayout* into, const char* name, FontRole role, Tone tone) {
        auto* made = new ThemedLabel({}, role, tone, pane);
        made->setObjectName(qs(name));
        made->setWordWrap(true);
        made->setTextInteractionFlags(Qt::TextSelectableByMouse);
        into->addWidget(made);
        return made;
    };
    m_symbols = label(section, "topicSymbols", FontRole::Table, Tone::Text2);
    m_symbols->setTextFormat(Qt::RichText);
    m_source = label(section, "topicSource", FontRole::Caption, Tone::Text3);
    m_helps = label(pane->addSection(tr("When it helps")), "topicHelps", FontRole::Table, Tone::Text);
    m_harms = label(pane->addSection(tr("When it does harm")), "topicHarms", FontRole::Table, Tone::Text);
    QVBoxLayout* values = pane->addSection(tr("Values from the code that trains"), &m_valuesOf);
    m_values = new CellTable({{QStringLiteral("pₜ"), true, tr("Probability given to the truth")},
                              {tr("Loss +"), true, tr("Loss of a positive")},
                              {tr("Gradient +"), true, tr("Derivative by the logit of a positive")},
                              {tr("Loss −"), true, tr("Loss of a negative")},
                              {tr("Gradient −"), true, tr("Derivative by the logit of a negative")}},
                             this);
    auto* view = new CellView(m_values, pane);
    view->setObjectName(QStringLiteral("topicValues"));
    view->setAccessibleName(tr("Values of the loss at a few probabilities"));
    view->setStretchColumn(0);
    view->fitHeight();
    view->setSaveable(QStringLiteral("loss-values"));
    values->addWidget(view);
    connect(m_topic, &QComboBox::activated, this, [this] {
        m_follows = false;
        fill();
    });
    m_topic->installEventFilter(this);
}

bool LossHelp::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Show)
        fill();
    return QObject::eventFilter(watched, event);
}

void LossHelp::setLoss(const LossChoice& choice, const ExampleCounts& counts) {
    if (choice.spec.kind != m_choice.spec.kind)
        m_follows = true;
    m_choice = choice;
    m_counts = counts;
    if (m_follows) {
        const QSignalBlocker quiet(m_topic);
        m_topic->setCurrentIndex(topicOf(QStringLiteral("Chosen"), choice));
    }
    fill();
}

void LossHelp::showCurve(const QString& curveId) {
    m_follows = false;
    m_topic->setCurrentIndex(topicOf(curveId, m_choice));
    fill();
}

void LossHelp::fill() {
    if (m_topic->currentIndex() < 0 || !m_topic->isVisible())
        return; // filled when it is shown
    const LossTopic topic = lossTopics(m_choice)[std::size_t(m_topic->currentIndex())];
    m_formula->setFormulas(topic.formulas, topic.spoken);
    QString symbols = QStringLiteral("<table cellspacing=0 cellpadding=2>");
    for (const auto& [symbol, meaning] : topic.symbols)
        symbols +=
            QStringLiteral("<tr><td><b>%1</b>&nbsp;&nbsp;</td><td>%2</td></tr>").arg(symbol.toHtmlEscaped(), meaning.toHtmlEscaped());
    m_symbols->setText(symbols + QStringLiteral("</table>"));
    m_source->setText(topic.source);
    m_helps->setText(topic.helps);
    m_harms->setText(topic.harms);

    const loss::PairWeights<double> pair = loss::pairWeightsOf(topic.spec, m_counts.positives, m_counts.negatives);
    const loss::SmoothTargets targets = loss::smoothTargets(topic.smoothing);
    std::vector<std::vector<Cell>> rows;
    for (const double pt : kValuesAt) {
        const auto cellOf = [](double value, int decimals) {
            Cell made;
            made.text = value != 0 && std::abs(value) < 1e-4 ? QString::number(value, 'g', 2) : qs(formatFixed(value, decimals));
            made.order = value;
            return made;
        };
        std::vector<Cell> row{cellOf(pt, pt == 0.968 ? 3 : 1)};
        for (const bool isNegative : {false, true}) {
            const double logit = logitAt(pt, isNegative), weight = isNegative ? pair.negative : pair.positive;
            const loss::LossPoint point =
                loss::lossCurve(topic.spec, isNegative ? targets.negative : targets.positive, std::span(&logit, 1), weight, weight).front();
            row.push_back(cellOf(point.loss, 4));
            row.push_back(cellOf(point.gradient, 4));
        }
        rows.push_back(std::move(row));
    }
    m_values->setRows(std::move(rows));
    m_valuesOf->setText(topic.smoothing != 0 ? QStringLiteral("ε ") + qs(formatShortest(topic.smoothing)) : lossInWords(topic.spec));
}

} // namespace intersect::ui
