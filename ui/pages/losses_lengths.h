// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "ui/widgets/figure.h"

namespace intersect::ui {

/// Entropy, cross-entropy and KL divergence of two distributions, both ways.
struct InformationLengths {
    double entropyP = 0, entropyQ = 0, crossPq = 0, crossQp = 0, klPq = 0, klQp = 0,
           jensenShannon = 0; ///< nats; the crosses and KLs may be infinite
    static InformationLengths of(const std::vector<double>& p, const std::vector<double>& q);
};

/// Those measures as lengths to one scale: cross-entropy is entropy and KL laid end to end. GUI thread only.
class LengthsFigure : public Figure {
    Q_OBJECT
public:
    explicit LengthsFigure(QWidget* parent = nullptr);
    void setLengths(const InformationLengths& lengths, bool inBits);
    QString dataCsv() const override;

protected:
    void paintBody(QPainter& painter) override;
    QStringList tableHeader() const override;

private:
    InformationLengths m_lengths;
    bool m_inBits = true;
};

/// A measure in bits or nats: "0.811", "∞".
QString informationText(double nats, bool inBits);

} // namespace intersect::ui
