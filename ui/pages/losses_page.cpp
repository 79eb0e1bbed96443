// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/losses_page.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPainter>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "core/loss/curves.h"
#include "core/loss/dual.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/cell_view.h"
#include "ui/widgets/panes.h"
#include "ui/widgets/side_pane.h"

namespace intersect::ui {

namespace {

constexpr std::array<double, 5> kGammas{0, 0.5, 1, 2, 5};
constexpr double kLossTop = 5;
constexpr double kLogitEnd = 6;
// The example of imbalance: few hard positives against many easy negatives, by their cross-entropy.
constexpr int kPositives = 10, kNegatives = 10000;
constexpr double kHardLoss = 3.0, kEasyLoss = 0.1;

/// Loss and size of the gradient for a true object whose probability is `p`.
loss::LossPoint atProbability(const loss::LossSpec& spec, double p, double target = 1) {
    const double logit = loss::logitOf(p);
    return loss::lossCurve(spec, target, std::span(&logit, 1)).front();
}

QString gammaText(double gamma) {
    return QStringLiteral("γ ") + qs(formatShortest(std::round(gamma * 1000) / 1000));
}

QString describe(const loss::LossSpec& spec) {
    QString text;
    switch (spec.kind) {
    case loss::LossKind::Focal:
        text = LossesPage::tr("focal, %1").arg(gammaText(spec.gamma));
        break;
    case loss::LossKind::QFocal:
        text = LossesPage::tr("quality focal, %1").arg(gammaText(spec.gamma));
        break;
    default:
        text = LossesPage::tr("cross-entropy");
        break;
    }
    if (spec.kind != loss::LossKind::Bce && spec.alpha)
        text += QStringLiteral(", α ") + qs(formatShortest(*spec.alpha));
    if (spec.positiveWeight != 1)
        text += LossesPage::tr(", positive weight %1").arg(qs(formatShortest(spec.positiveWeight)));
    return text;
}

/// "0.42", "15", "978", "501 k": a ratio as people read it.
QString ratioText(double ratio) {
    if (!std::isfinite(ratio))
        return QStringLiteral("–");
    if (ratio < 10)
        return qs(formatFixed(ratio, 2));
    if (ratio < 10000)
        return qs(formatGrouped(std::llround(ratio)));
    if (ratio < 1e7)
        return qs(formatGrouped(std::llround(ratio / 1000))) + QStringLiteral(" k");
    return QStringLiteral("> 10 M");
}

Cell cell(const QString& text, bool strong, std::optional<double> bar = std::nullopt) {
    Cell made;
    made.text = text;
    made.strong = strong;
    made.bar = bar;
    return made;
}

QString sumText(double sum) {
    return sum < 100 ? qs(formatFixed(sum, 1)) : qs(formatGrouped(std::llround(sum)));
}

} // namespace

LossesPage::LossesPage(Session& session, QWidget* parent) : Page(session, parent) {
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    QWidget* choices = makeChoices();
    QWidget* charts = makeCharts();
    QWidget* imbalance = makeImbalance();
    whole->addWidget(new Panes(QStringLiteral("lossesPanes"), choices, charts, imbalance, 290, 384));

    const auto changed = [this] {
        drawCurves();
        fillImbalance();
        Q_EMIT headChanged();
    };
    for (QCheckBox* check : m_checks)
        connect(check, &QCheckBox::toggled, this, changed);
    for (ValueSlider* slider : {m_gamma, m_alpha, m_positiveWeight})
        connect(slider, &ValueSlider::valueChanged, this, changed);
    connect(m_useAlpha, &QCheckBox::toggled, this, changed);
    connect(m_kind, &QComboBox::currentIndexChanged, this, changed);
    connect(m_cursor, &ValueSlider::valueChanged, this, [this] {
        drawCursor();
        Q_EMIT headChanged();
    });
    connect(m_lossChart, &LineChart::cursorMoved, this, &LossesPage::setCursor);
    connect(m_gradientChart, &LineChart::cursorMoved, this, [this](double logit) { setCursor(loss::sigmoid(logit)); });
    connect(m_use, &QPushButton::clicked, this, &LossesPage::primary);
    connect(&Theme::instance(), &Theme::changed, this, changed);
    changed();
}

QWidget* LossesPage::makeChoices() {
    auto* pane = new SidePane(SidePane::Side::Left, this);
    QVBoxLayout* list = pane->addSection(tr("Curves"));
    auto* curveList = new QWidget(pane);
    curveList->setObjectName(QStringLiteral("curveList"));
    auto* rows = new QGridLayout(curveList);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setVerticalSpacing(2);
    rows->setColumnStretch(0, 1);
    const auto addRow = [&](const QString& word, const QString& objectName, bool on) {
        auto* check = new QCheckBox(word, curveList);
        check->setObjectName(objectName);
        check->setChecked(on);
        auto* swatch = new QLabel(curveList);
        swatch->setFixedWidth(24);
        rows->addWidget(check, int(m_checks.size()), 0);
        rows->addWidget(swatch, int(m_checks.size()), 1);
        m_checks.push_back(check);
        m_swatches.push_back(swatch);
    };
    for (const double gamma : kGammas)
        addRow(gamma == 0 ? tr("Cross-entropy (γ 0)") : tr("Focal, %1").arg(gammaText(gamma)),
               QStringLiteral("curveGamma") + qs(formatShortest(gamma)), true);
    addRow(tr("The chosen loss"), QStringLiteral("curveChosen"), true);
    m_checks.back()->setToolTip(tr("The loss set below, as the thick line"));
    list->addWidget(curveList);

    QVBoxLayout* parameters = pane->addSection(tr("The chosen loss"));
    m_kind = new QComboBox(pane);
    m_kind->setObjectName(QStringLiteral("lossKindCombo"));
    m_kind->setAccessibleName(tr("Kind of loss"));
    m_kind->addItem(tr("Cross-entropy"), int(loss::LossKind::Bce));
    m_kind->addItem(tr("Focal"), int(loss::LossKind::Focal));
    m_kind->addItem(tr("Quality focal"), int(loss::LossKind::QFocal));
    m_kind->setCurrentIndex(1);
    SidePane::addRow(parameters, tr("Kind"), m_kind, 72);
    m_gamma = new ValueSlider(tr("Gamma"), QStringLiteral("gammaSlider"), 0, 5, 0.1, 2, pane);
    m_gamma->setValue(2);
    m_gamma->setToolTipText(tr("How strongly easy examples are turned down; 0 is cross-entropy"));
    m_alpha = new ValueSlider(tr("Alpha"), QStringLiteral("alphaSlider"), 0, 1, 0.05, 2, pane);
    m_alpha->setValue(0.25);
    m_alpha->setToolTipText(tr("Weight of the positives; negatives weigh 1 - alpha"));
    m_useAlpha = new QCheckBox(tr("Weigh by alpha"), pane);
    m_useAlpha->setObjectName(QStringLiteral("useAlphaCheck"));
    m_positiveWeight = new ValueSlider(tr("Pos. weight"), QStringLiteral("posWeightSlider"), 0.5, 20, 0.5, 1, pane);
    m_positiveWeight->setValue(1);
    m_positiveWeight->setToolTipText(tr("Multiplies the positive part of the cross-entropy"));
    parameters->addWidget(m_gamma);
    parameters->addWidget(m_useAlpha);
    parameters->addWidget(m_alpha);
    parameters->addWidget(m_positiveWeight);

    QVBoxLayout* cursor = pane->addSection(tr("Cursor"));
    m_cursor = new ValueSlider(tr("p of the truth"), QStringLiteral("ptCursor"), 0.01, 0.99, 0.01, 2, pane);
    m_cursor->setValue(0.2);
    m_cursor->setToolTipText(tr("The probability given to the truth, pₜ"));
    cursor->addWidget(m_cursor);
    cursor->addWidget(
        makeHint(tr("One cursor for both charts. Drag in a chart, or press the arrow keys there."), pane));
    pane->addStretch();
    m_use = new QPushButton(pane);
    m_use->setObjectName(QStringLiteral("useInTrainButton"));
    m_use->setToolTip(tr("Takes this loss over to the next run on the Train page (Ctrl+Enter)"));
    pane->footer()->addWidget(m_use);
    return pane;
}

QWidget* LossesPage::makeCharts() {
    auto* centre = new SurfaceArea(this);
    m_lossChart = new LineChart(tr("Loss against the probability of the truth"), centre);
    m_lossChart->setObjectName(QStringLiteral("lossChart"));
    m_lossChart->setAxes({.title = tr("p of the truth"), .low = 0, .high = 1, .decimals = 1, .ticks = 6},
                         {.title = tr("loss"), .low = 0, .high = kLossTop, .decimals = 0});
    m_lossChart->setBands({{0.6, 1, tr("well classified")}});
    m_gradientChart = new LineChart(tr("Gradient against the logit"), centre);
    m_gradientChart->setObjectName(QStringLiteral("gradientChart"));
    m_gradientChart->setAxes(
        {.title = tr("logit of the truth"), .low = -kLogitEnd, .high = kLogitEnd, .decimals = 0, .ticks = 7},
        {.title = tr("size of the gradient"), .low = 0, .high = 1.5, .automatic = true, .decimals = 2});

    m_values = new CellTable(
        {{tr("Loss"), false, {}},
         {tr("Loss at p"), true, {}},
         {tr("Gradient"), true, tr("Size of the derivative with respect to the logit")},
         {tr("vs p 0.9"), true, tr("How many times the loss of an easy example, p 0.9")},
         {tr("Easy, ÷ CE"), true, tr("How many times less an easy example costs than with cross-entropy")}},
        this);
    auto* table = new CellView(m_values, centre);
    table->setObjectName(QStringLiteral("cursorTable"));
    table->setAccessibleName(tr("Values at the cursor"));
    table->setStretchColumn(0);
    table->setMinimumWidth(360);
    auto* box = new QFrame(centre);
    box->setProperty("role", QStringLiteral("box"));
    m_words = new QLabel(box);
    m_words->setObjectName(QStringLiteral("lossWords"));
    m_words->setFont(Theme::font(FontRole::Table));
    m_words->setWordWrap(true);
    m_words->setTextFormat(Qt::RichText);
    m_words->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_words->setMinimumWidth(160);
    auto* boxed = new QVBoxLayout(box);
    boxed->setContentsMargins(12, 10, 12, 10);
    boxed->addWidget(m_words);

    auto* charts = new QHBoxLayout;
    charts->setSpacing(16);
    charts->addWidget(m_lossChart, 11);
    charts->addWidget(m_gradientChart, 10);
    auto* below = new QHBoxLayout;
    below->setSpacing(16);
    below->addWidget(table, 11);
    below->addWidget(box, 10, Qt::AlignTop);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(16, 12, 16, 16);
    column->setSpacing(16);
    column->addLayout(charts, 3);
    column->addLayout(below, 2);
    centre->setMinimumWidth(560);
    return centre;
}

QWidget* LossesPage::makeImbalance() {
    auto* pane = new SidePane(SidePane::Side::Right, this);
    QVBoxLayout* why = pane->addSection(tr("Why the imbalance matters"));
    m_imbalanceWords = makeHint({}, pane);
    m_imbalanceWords->setObjectName(QStringLiteral("imbalanceView"));
    m_imbalanceWords->setTextFormat(Qt::RichText);
    why->addWidget(m_imbalanceWords);
    QVBoxLayout* makes = pane->addSection(tr("What each loss makes of it"));
    m_imbalance = new CellTable({{tr("Loss"), false, {}},
                                 {tr("Positives"), true, {}},
                                 {tr("Negatives"), true, {}},
                                 {tr("Pos. share"), true, tr("Part of the whole loss that comes from the positives")}},
                                this);
    auto* table = new CellView(m_imbalance, pane);
    table->setObjectName(QStringLiteral("imbalanceTable"));
    table->setAccessibleName(tr("What each loss makes of the imbalance"));
    table->setStretchColumn(0);
    table->fitHeight();
    makes->addWidget(table);
    pane->addStretch();
    return pane;
}

loss::LossSpec LossesPage::chosen() const {
    loss::LossSpec spec;
    spec.kind = static_cast<loss::LossKind>(m_kind->currentData().toInt());
    spec.gamma = m_gamma->value();
    if (m_useAlpha->isChecked())
        spec.alpha = m_alpha->value();
    spec.positiveWeight = m_positiveWeight->value();
    return spec;
}

std::vector<LossesPage::Curve> LossesPage::curves() const {
    const Theme& theme = Theme::instance();
    const loss::LossSpec now = chosen();
    const bool plain = now.positiveWeight == 1 && (now.kind == loss::LossKind::Bce || !now.alpha);
    const double chosenGamma = now.kind == loss::LossKind::Bce ? 0 : now.gamma;
    std::vector<Curve> all;
    for (std::size_t i = 0; i < kGammas.size(); ++i) {
        Curve curve;
        curve.spec.kind = kGammas[i] == 0 ? loss::LossKind::Bce : loss::LossKind::Focal;
        curve.spec.gamma = kGammas[i];
        curve.name = kGammas[i] == 0 ? tr("CE") : gammaText(kGammas[i]);
        curve.colour = theme.gammaColour(kGammas[i]);
        // Where the chosen loss is one of these, it is that line, drawn thick.
        curve.isChosen = plain && std::abs(chosenGamma - kGammas[i]) < 1e-9 && now.kind != loss::LossKind::QFocal &&
                         m_checks.back()->isChecked();
        curve.shown = m_checks[i]->isChecked() || curve.isChosen;
        all.push_back(curve);
    }
    if (std::none_of(all.begin(), all.end(), [](const Curve& curve) { return curve.isChosen; }))
        all.push_back({describe(now), now, theme.palette().runB, true, m_checks.back()->isChecked()});
    return all;
}

void LossesPage::drawCurves() {
    const loss::LossSpec now = chosen();
    m_gamma->setEnabled(now.kind != loss::LossKind::Bce);
    m_useAlpha->setEnabled(now.kind != loss::LossKind::Bce);
    m_alpha->setEnabled(now.kind != loss::LossKind::Bce && m_useAlpha->isChecked());
    m_use->setText(
        now.kind == loss::LossKind::Bce
            ? tr("Train with cross-entropy")
            : tr("Train with %1 %2")
                  .arg(now.kind == loss::LossKind::Focal ? tr("focal") : tr("quality focal"), gammaText(now.gamma)));

    std::vector<double> byProbability, byLogit;
    for (int i = 1; i < 500; ++i)
        byProbability.push_back(loss::logitOf(i / 500.0));
    for (int i = -300; i <= 300; ++i)
        byLogit.push_back(kLogitEnd * i / 300.0);
    std::vector<ChartLine> losses, gradients;
    for (const Curve& curve : curves()) {
        if (!curve.shown)
            continue;
        ChartLine line;
        line.name = curve.name;
        line.colour = curve.colour;
        line.widthPx = curve.isChosen ? 2.6 : 1.6;
        for (const loss::LossPoint& point : loss::lossCurve(curve.spec, 1, byProbability))
            line.points.emplace_back(point.p, point.loss);
        ChartLine slope = line;
        slope.points.clear();
        for (const loss::LossPoint& point : loss::lossCurve(curve.spec, 1, byLogit))
            slope.points.emplace_back(point.logit, std::abs(point.gradient));
        losses.push_back(std::move(line));
        gradients.push_back(std::move(slope));
    }
    m_lossChart->setLines(std::move(losses));
    m_gradientChart->setLines(std::move(gradients));

    const std::vector<Curve> all = curves();
    for (std::size_t i = 0; i < m_swatches.size(); ++i) {
        QPixmap swatch(QSize(24, 10) * devicePixelRatioF());
        swatch.setDevicePixelRatio(devicePixelRatioF());
        swatch.fill(Qt::transparent);
        const auto drawn = i < kGammas.size() ? all.begin() + long(i)
                                              : std::find_if(all.begin(), all.end(),
                                                             [](const Curve& curve) { return curve.isChosen; });
        if (drawn != all.end()) {
            QPainter painter(&swatch);
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setPen(QPen(drawn->colour, drawn->isChosen ? 2.6 : 1.8));
            painter.drawLine(QPointF(1, 5), QPointF(23, 5));
        }
        m_swatches[i]->setPixmap(swatch);
    }
    drawCursor();
}

void LossesPage::setCursor(double pt) {
    m_cursor->setValue(pt);
}

void LossesPage::drawCursor() {
    const double pt = m_cursor->value();
    m_lossChart->setCursor(pt, true, 0.01);
    m_gradientChart->setCursor(loss::logitOf(pt), true, 0.1);

    loss::LossSpec entropy;
    std::vector<std::vector<Cell>> rows;
    for (const Curve& curve : curves()) {
        if (!curve.shown)
            continue;
        const loss::LossPoint here = atProbability(curve.spec, pt), easy = atProbability(curve.spec, 0.9);
        const double less = atProbability(entropy, 0.9).loss / easy.loss;
        rows.push_back({cell(curve.name, curve.isChosen), cell(qs(formatFixed(here.loss, 3)), curve.isChosen),
                        cell(qs(formatFixed(std::abs(here.gradient), 3)), curve.isChosen),
                        cell(ratioText(here.loss / easy.loss), curve.isChosen), cell(ratioText(less), curve.isChosen)});
    }
    m_values->setRows(std::move(rows));

    // The paper's own check, from the formula: gamma 2 makes p 0.9 cost 100 times less and p 0.968 about 1,000 times
    // less.
    loss::LossSpec focal;
    focal.kind = loss::LossKind::Focal;
    focal.gamma = 2;
    const auto less = [&](double p) { return atProbability(entropy, p).loss / atProbability(focal, p).loss; };
    const double hardFocal = std::abs(atProbability(focal, 0.1).gradient),
                 hardEntropy = std::abs(atProbability(entropy, 0.1).gradient);
    m_words->setText(
        tr("<b>At p %1</b> the chosen loss is %2 and pulls with %3; cross-entropy is %4 and pulls with %5.<br><br>"
           "<b>The paper's check.</b> With γ 2 an easy example, p 0.9, costs %6 times less than with cross-entropy, "
           "and at p 0.968 about %7 times less. "
           "For a hard one, p 0.1, the loss is smaller too, yet its gradient is larger: %8 against %9.")
            .arg(qs(formatFixed(pt, 2)), qs(formatFixed(atProbability(chosen(), pt).loss, 3)),
                 qs(formatFixed(std::abs(atProbability(chosen(), pt).gradient), 3)),
                 qs(formatFixed(atProbability(entropy, pt).loss, 3)),
                 qs(formatFixed(std::abs(atProbability(entropy, pt).gradient), 3)), ratioText(less(0.9)),
                 qs(formatGrouped(std::llround(less(0.968) / 50) * 50)), qs(formatFixed(hardFocal, 3)),
                 qs(formatFixed(hardEntropy, 3))));
    if (!isVisible())
        return;
    session().showStatus(tr("p of the truth %1 · logit %2 · cross-entropy %3 · %4 %5")
                             .arg(qs(formatFixed(pt, 2)), qs(formatFixed(loss::logitOf(pt), 2)),
                                  qs(formatFixed(atProbability(entropy, pt).loss, 3)), describe(chosen()),
                                  qs(formatFixed(atProbability(chosen(), pt).loss, 3))));
}

void LossesPage::fillImbalance() {
    const double hard = std::exp(-kHardLoss),
                 easy = 1 - std::exp(-kEasyLoss); // probabilities with these cross-entropies
    const auto sums = [&](const loss::LossSpec& spec) {
        return std::pair(kPositives * atProbability(spec, hard, 1).loss,
                         kNegatives * atProbability(spec, easy, 0).loss);
    };
    const auto [positives, negatives] = sums({});
    m_imbalanceWords->setText(
        tr("<b>%1</b> hard positives × %2 = <b>%3</b><br><b>%4</b> easy negatives × %5 = <b>%6</b><br>With "
           "cross-entropy the many easy negatives outweigh the few hard positives %7 to 1.")
            .arg(QString::number(kPositives), qs(formatFixed(kHardLoss, 1)), sumText(positives),
                 qs(formatGrouped(kNegatives)), qs(formatFixed(kEasyLoss, 1)), sumText(negatives),
                 QString::number(std::lround(negatives / positives))));
    loss::LossSpec weighted, focal;
    weighted.positiveWeight = 10;
    focal.kind = loss::LossKind::Focal;
    focal.gamma = 2;
    loss::LossSpec focalAlpha = focal;
    focalAlpha.alpha = 0.25;
    std::vector<std::vector<Cell>> rows;
    const auto addRow = [&](const QString& name, const loss::LossSpec& spec, bool strong) {
        const auto [pos, neg] = sums(spec);
        const double share = pos + neg > 0 ? pos / (pos + neg) : 0;
        rows.push_back({cell(name, strong), cell(sumText(pos), strong), cell(sumText(neg), strong),
                        cell(QString::number(std::lround(share * 100)) + QStringLiteral(" %"), strong, share)});
    };
    addRow(tr("Cross-entropy"), {}, false);
    addRow(tr("Pos. weight 10"), weighted, false);
    addRow(tr("Focal γ 2"), focal, false);
    addRow(tr("Focal γ 2, α ¼"), focalAlpha, false);
    addRow(tr("Chosen loss"), chosen(), true);
    m_imbalance->setRows(std::move(rows));
}

QString LossesPage::subtitle() const {
    return describe(chosen());
}

QStringList LossesPage::command() const {
    const loss::LossSpec spec = chosen();
    QStringList words{QStringLiteral("losses"), QStringLiteral("--loss"), qs(loss::lossKindName(spec.kind))};
    if (spec.kind != loss::LossKind::Bce) {
        words << QStringLiteral("--gamma") << qs(formatShortest(spec.gamma));
        if (spec.alpha)
            words << QStringLiteral("--alpha") << qs(formatShortest(*spec.alpha));
    }
    if (spec.positiveWeight != 1)
        words << QStringLiteral("--pos-weight") << qs(formatShortest(spec.positiveWeight));
    return words << QStringLiteral("--p") << qs(formatShortest(m_cursor->value()));
}

void LossesPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    drawCursor();
}

void LossesPage::primary() {
    Q_EMIT session().requestedLoss(chosen());
    Q_EMIT session().pageRequested(QStringLiteral("train"));
}

QString LossesPage::helpText() const {
    return tr("A loss says how wrong a prediction is; its gradient says how hard training pulls. Both charts are drawn "
              "from the very formulas that train, so what you see is what a run does.\n\n"
              "Left of the curves the prediction is wrong (a low probability for the truth), right of them it is "
              "nearly right. Cross-entropy still charges something for examples that are nearly right; "
              "with thousands of easy background predictions these small charges add up and drown the few hard "
              "objects. Focal loss turns them down by (1 - p)^γ.\n\n"
              "Drag the cursor in a chart or press Left and Right there. The button at the lower left takes the chosen "
              "loss over to the Train page.");
}

} // namespace intersect::ui
