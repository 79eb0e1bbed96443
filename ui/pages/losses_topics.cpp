// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/losses_topics.h"

#include <QCoreApplication>

#include "core/base/numbers.h"
#include "core/loss/curves.h"
#include "ui/text.h"

namespace intersect::ui {
namespace {

using loss::LossKind;
using Symbols = std::vector<std::pair<QString, QString>>;

enum Topic { kEntropy, kBalanced, kFocal, kClassBalanced, kPositiveWeight, kSmoothing, kQuality, kOhem };

QString tr(const char* text) {
    return QCoreApplication::translate("LossTopics", text);
}

loss::LossSpec specOf(const LossChoice& choice, LossKind kind) {
    loss::LossSpec spec = choice.spec;
    spec.kind = kind;
    spec.positiveWeight = 1;
    spec.alpha.reset();
    return spec;
}

std::pair<QString, QString> truthSymbol() {
    return {QStringLiteral("pₜ"), tr("probability given to the truth: p of a positive, 1 − p of a negative")};
}

QString rests(const loss::LossSpec& spec, double target) {
    return qs(formatFixed(loss::restingPoint(spec, target), 2));
}

LossTopic entropy(const LossChoice& choice) {
    LossTopic topic;
    topic.title = tr("Cross-entropy");
    topic.formulas = {QStringLiteral("CE(p_t) = −ln p_t = ln(1 + e^{−x_t})"), QStringLiteral("\\frac{d CE}{d x_t} = p_t − 1")};
    topic.spoken = tr("Cross-entropy of p t is minus the logarithm of p t");
    topic.symbols = {truthSymbol(), {QStringLiteral("xₜ"), tr("signed logit y x; y is 1 for a positive, −1 for a negative")}};
    topic.source = tr("Bishop 2006, Pattern Recognition and Machine Learning, section 4.3.2; torch binary_cross_entropy_with_logits");
    topic.helps = tr("Its least value is at the true probability, so it makes predictions that mean what they say. The gradient is never "
                     "stronger than 1.");
    topic.harms = tr("It charges for what is nearly right. A hundred thousand easy places add up and drown a few hard objects.");
    topic.spec = specOf(choice, LossKind::Bce);
    return topic;
}

LossTopic balanced(const LossChoice& choice) {
    LossTopic topic;
    topic.title = tr("Balanced cross-entropy");
    topic.formulas = {QStringLiteral("L = −α_t ln p_t"), QStringLiteral("α = \\frac{n}{m + n}")};
    topic.spoken = tr("Cross-entropy times alpha t; alpha is the part of negatives");
    topic.symbols = {truthSymbol(),
                     {QStringLiteral("αₜ"), tr("α of a positive, 1 − α of a negative")},
                     {QStringLiteral("m, n"), tr("numbers of positives and negatives")}};
    topic.source = tr("Xie and Tu 2015, Holistically-Nested Edge Detection, equation 2");
    topic.helps = tr("When one side is rare and both are equally hard: 10 voices in 10,000 are heard again, with α 0.999.");
    topic.harms = tr("It knows classes, not difficulty: an easy negative stays as heavy beside a hard negative as it was. It also shrinks "
                     "the loss, to the share α of the "
                     "positives and 1 − α of the negatives.");
    topic.spec = specOf(choice, LossKind::Balanced);
    return topic;
}

LossTopic focal(const LossChoice& choice) {
    LossTopic topic;
    topic.title = tr("Focal loss");
    topic.formulas = {QStringLiteral("FL(p_t) = −α_t (1 − p_t)^γ ln p_t"),
                      QStringLiteral("\\frac{d FL}{d x_t} = α_t (1 − p_t)^γ (γ p_t ln p_t + p_t − 1)")};
    topic.spoken = tr("Cross-entropy times alpha t times one minus p t to the power gamma");
    topic.symbols = {truthSymbol(),
                     {QStringLiteral("γ"), tr("how strongly the easy are turned down; 0 is cross-entropy")},
                     {QStringLiteral("αₜ"), tr("α of a positive, 1 − α of a negative; may be left out")}};
    topic.source = tr("Lin et al. 2017, Focal Loss for Dense Object Detection, equations 4 and 5");
    topic.helps =
        tr("When easy examples outnumber hard ones by thousands: at γ 2 one of pₜ 0.9 counts 100 times less, one of 0.1 nearly as before.");
    const loss::LossSpec two = specOf(choice, LossKind::Focal);
    topic.harms = tr("α also shrinks the loss: 0.25 leaves a quarter of the positives. γ with a mean over all anchors shrinks it too, so "
                     "the gain must make up for it. "
                     "Wrong labels are hard examples and get the most weight. With soft targets predictions are pulled past the target, "
                     "away from ½: with this γ a target of "
                     "0.3 leaves them at %1, below it, one of 0.7 at %2.")
                      .arg(rests(two, 0.3), rests(two, 0.7));
    topic.spec = two;
    topic.spec.alpha = choice.spec.alpha;
    return topic;
}

LossTopic classBalanced(const LossChoice& choice) {
    LossTopic topic;
    topic.title = tr("Class-balanced");
    topic.formulas = {QStringLiteral("L_c = \\frac{1 − β}{1 − β^{n_c}} FL(p_t)")};
    topic.spoken = tr("Focal loss times one minus beta over one minus beta to the power of the class's count");
    topic.symbols = {truthSymbol(),
                     {QStringLiteral("n꜀"), tr("examples of the class, or of the positives and the negatives")},
                     {QStringLiteral("β"), tr("0: all weigh the same; near 1: by inverse frequency")},
                     {QStringLiteral("γ"), tr("of the focal loss; 0 is cross-entropy")}};
    topic.source = tr("Cui et al. 2019, Class-Balanced Loss Based on Effective Number of Samples");
    topic.helps = tr("With many classes of very different frequency: (1 − βⁿ)/(1 − β) says how many different examples n examples amount "
                     "to, so the weight of a frequent "
                     "class stops falling.");
    topic.harms = tr("It knows counts, not difficulty. With β near 1 and a class of a few boxes the weight is huge and the class is learnt "
                     "by heart. Here weights have mean 1.");
    topic.spec = specOf(choice, LossKind::ClassBalanced);
    return topic;
}

LossTopic positiveWeight(const LossChoice& choice) {
    LossTopic topic;
    topic.title = tr("Positive weight");
    topic.formulas = {QStringLiteral("L = −(w t ln p + (1 − t) ln(1 − p))")};
    topic.spoken = tr("Cross-entropy whose positive part is multiplied by w");
    topic.symbols = {{QStringLiteral("w"), tr("weight of the positive part")},
                     {QStringLiteral("t"), tr("target, 0 to 1")},
                     {QStringLiteral("p"), tr("predicted probability of an object")}};
    topic.source = tr("torch BCEWithLogitsLoss, pos_weight; YOLOv5's cls_pw and obj_pw");
    topic.helps = tr("A plain way to trade precision for recall: above 1 finds more objects and invents more.");
    topic.harms = tr("Probabilities come out too high: what is true half of the time is predicted with w/(w + 1). It makes the loss, so "
                     "the step, larger.");
    topic.spec = specOf(choice, LossKind::Bce);
    topic.spec.positiveWeight = choice.spec.positiveWeight == 1 ? 10 : choice.spec.positiveWeight;
    return topic;
}

LossTopic smoothing(const LossChoice& choice) {
    LossTopic topic;
    topic.title = tr("Label smoothing");
    topic.formulas = {QStringLiteral("t' = t (1 − ε) + \\frac{ε}{2}")};
    topic.spoken = tr("The target times one minus epsilon plus half of epsilon");
    topic.symbols = {{QStringLiteral("t, t'"), tr("target before and after")},
                     {QStringLiteral("ε"), tr("how much is taken from the truth, 0 to 1")}};
    topic.source = tr("Szegedy et al. 2016, Rethinking the Inception Architecture; its form for sigmoids as in YOLOv5");
    topic.helps = tr("Wrong and doubtful labels hurt less, and logits do not grow without end: predictions rest at 1 − ε/2.");
    topic.harms = tr("No example is ever finished, so the loss never reaches 0. With focal loss the target is soft, and predictions are "
                     "pulled past it.");
    topic.spec = specOf(choice, LossKind::Bce);
    topic.smoothing = choice.smoothing == 0 ? 0.1 : choice.smoothing;
    return topic;
}

LossTopic quality(const LossChoice& choice) {
    LossTopic topic;
    topic.title = tr("Quality focal");
    topic.formulas = {QStringLiteral("QFL = |t − p|^γ CE(p, t)")};
    topic.spoken = tr("Cross-entropy times the distance from the target to the power gamma");
    topic.symbols = {{QStringLiteral("t"), tr("target, 0 to 1, such as the IoU of the box")},
                     {QStringLiteral("p"), tr("predicted probability")},
                     {QStringLiteral("γ"), tr("how strongly what is near its target is turned down")}};
    topic.source = tr("Li et al. 2020, Generalized Focal Loss; with YOLOv5's α");
    topic.helps = tr("For soft targets: the loss is 0 at the target itself, so predictions rest there (a target of 0.7 leaves them at %1).")
                      .arg(rests(specOf(choice, LossKind::QFocal), 0.7));
    topic.harms = tr("Near the target nothing pulls any more. As with focal loss, γ and α shrink the loss.");
    topic.spec = specOf(choice, LossKind::QFocal);
    return topic;
}

LossTopic ohem(const LossChoice& choice) {
    LossTopic topic;
    topic.title = tr("OHEM");
    topic.formulas = {QStringLiteral("L = Σ_{positives} CE + Σ_{hardest r m} CE")};
    topic.spoken = tr("Cross-entropy of all positives and of the hardest negatives, r for each positive");
    topic.symbols = {{QStringLiteral("m"), tr("number of positives")},
                     {QStringLiteral("r"), tr("negatives kept for each positive, often 3")}};
    topic.source = tr("Shrivastava et al. 2016, Online Hard Example Mining; 3:1 as in SSD, Liu et al. 2016");
    topic.helps = tr("Fixes the ratio of the two sides, whatever the picture. It drops easy negatives where focal loss fades them.");
    topic.harms =
        tr("What is dropped teaches nothing in this step, so the easy may become hard again. Wrong labels are always among the hardest.");
    topic.spec = specOf(choice, LossKind::Ohem);
    return topic;
}

} // namespace

std::vector<LossTopic> lossTopics(const LossChoice& choice) {
    return {entropy(choice),        balanced(choice),  focal(choice),   classBalanced(choice),
            positiveWeight(choice), smoothing(choice), quality(choice), ohem(choice)};
}

int topicOf(const QString& curveId, const LossChoice& choice) {
    if (curveId == QStringLiteral("Gamma0"))
        return kEntropy;
    if (curveId.startsWith(QStringLiteral("Gamma")))
        return kFocal;
    if (curveId == QStringLiteral("Balanced"))
        return kBalanced;
    if (curveId == QStringLiteral("PositiveWeight"))
        return kPositiveWeight;
    if (curveId == QStringLiteral("ClassBalanced"))
        return kClassBalanced;
    if (curveId == QStringLiteral("Ohem"))
        return kOhem;
    switch (choice.spec.kind) {
    case LossKind::Bce: return choice.spec.positiveWeight != 1 ? kPositiveWeight : choice.smoothing != 0 ? kSmoothing : kEntropy;
    case LossKind::Balanced: return kBalanced;
    case LossKind::Focal: return kFocal;
    case LossKind::ClassBalanced: return kClassBalanced;
    case LossKind::QFocal: return kQuality;
    case LossKind::Ohem: return kOhem;
    }
    return kEntropy;
}

} // namespace intersect::ui
