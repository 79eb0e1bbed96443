// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>

namespace intersect::loss {

/// A number and its exact derivative with respect to one chosen variable (forward-mode differentiation).
struct Dual {
    double value = 0;
    double derivative = 0;
};

/// The variable itself: derivative 1.
inline Dual variable(double value) {
    return {value, 1};
}

inline Dual operator-(const Dual& a) {
    return {-a.value, -a.derivative};
}
inline Dual operator+(const Dual& a, const Dual& b) {
    return {a.value + b.value, a.derivative + b.derivative};
}
inline Dual operator-(const Dual& a, const Dual& b) {
    return {a.value - b.value, a.derivative - b.derivative};
}
inline Dual operator*(const Dual& a, const Dual& b) {
    return {a.value * b.value, a.derivative * b.value + a.value * b.derivative};
}
inline Dual operator+(const Dual& a, double b) {
    return {a.value + b, a.derivative};
}
inline Dual operator-(double a, const Dual& b) {
    return {a - b.value, -b.derivative};
}
inline Dual operator*(const Dual& a, double b) {
    return {a.value * b, a.derivative * b};
}

/// 1 / (1 + exp(-x)) without overflow.
inline double sigmoid(double x) {
    if (x >= 0)
        return 1 / (1 + std::exp(-x));
    const double e = std::exp(x);
    return e / (1 + e);
}
/// ln(1 + exp(x)) as max(x, 0) + log1p(exp(-|x|)): full accuracy in both tails.
inline double softplus(double x) {
    return std::fmax(x, 0.0) + std::log1p(std::exp(-std::fabs(x)));
}

// As above, with the one exponential that value and derivative share.
inline Dual sigmoid(const Dual& x) {
    const double e = std::exp(-std::fabs(x.value));
    const double larger = 1 / (1 + e), smaller = e / (1 + e);
    return {x.value >= 0 ? larger : smaller, larger * smaller * x.derivative};
}
inline Dual softplus(const Dual& x) {
    const double e = std::exp(-std::fabs(x.value));
    return {std::fmax(x.value, 0.0) + std::log1p(e), (x.value >= 0 ? 1 / (1 + e) : e / (1 + e)) * x.derivative};
}
inline Dual exp(const Dual& x) {
    const double e = std::exp(x.value);
    return {e, e * x.derivative};
}
/// |x|; the derivative at 0 is taken as 0, as autograd does.
inline Dual abs(const Dual& x) {
    const double sign = x.value > 0 ? 1.0 : x.value < 0 ? -1.0 : 0.0;
    return {std::fabs(x.value), sign * x.derivative};
}
/// x to a constant power; where x stands still the result does too, even at x = 0.
inline Dual pow(const Dual& x, double exponent) {
    const double slope = x.derivative == 0 ? 0 : exponent * std::pow(x.value, exponent - 1) * x.derivative;
    return {std::pow(x.value, exponent), slope};
}

} // namespace intersect::loss
