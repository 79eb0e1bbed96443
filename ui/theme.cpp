// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme.h"

#include <array>
#include <cmath>

#include <QApplication>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QPixmapCache>
#include <QStyle>
#include <QStyleFactory>
#include <QSvgRenderer>
#include <QToolTip>

#include "core/detect/class_hue.h"
#include "ui/settings.h"
#include "ui/style_sheet.h"

/// The icons lie in a static library: without this the linker leaves them out.
static void initIcons() {
    Q_INIT_RESOURCE(resources);
}

namespace intersect::ui {

namespace {

QColor rgb(QRgb value) {
    return QColor::fromRgb(value);
}

Palette lightPalette() {
    Palette p;
    p.window = rgb(0xF3F4F6), p.surface = rgb(0xFFFFFF), p.rail = rgb(0xE9EBEE), p.sunken = rgb(0xE4E7EB),
    p.hover = rgb(0xEDEFF2);
    p.line = rgb(0xDCDFE4), p.line2 = rgb(0xBFC5CE), p.text = rgb(0x1B1F26), p.text2 = rgb(0x4C5561),
    p.text3 = rgb(0x5F6774);
    p.accent = rgb(0x2A5BC7), p.accentText = rgb(0x2452B5), p.accentSoft = rgb(0xE3EBFA);
    p.warn = rgb(0x8A5A00), p.warnSoft = rgb(0xFBF0D6), p.err = rgb(0xB3261E), p.errSoft = rgb(0xFBE6E4);
    p.grid = rgb(0xE9EBEF), p.axis = rgb(0x9AA2AE);
    p.train = rgb(0x2A5BC7), p.val = rgb(0xB57700), p.test = rgb(0x7C8591), p.unused = rgb(0xD3D8DF);
    p.runA = rgb(0x2A5BC7), p.runB = rgb(0xC2500A), p.runC = rgb(0x0A9A80);
    return p;
}

Palette darkPalette() {
    Palette p;
    p.window = rgb(0x191B1F), p.surface = rgb(0x202328), p.rail = rgb(0x141619), p.sunken = rgb(0x2D3138),
    p.hover = rgb(0x272B31);
    p.line = rgb(0x31353D), p.line2 = rgb(0x4B525D), p.text = rgb(0xE6E8EC), p.text2 = rgb(0xB4BAC5),
    p.text3 = rgb(0x959DAA);
    p.accent = rgb(0x3F6FDE), p.accentText = rgb(0x8FB0FF), p.accentSoft = rgb(0x23314F);
    p.warn = rgb(0xEBB03A), p.warnSoft = rgb(0x3B301A), p.err = rgb(0xFF8A80), p.errSoft = rgb(0x452422);
    p.grid = rgb(0x2B2F36), p.axis = rgb(0x6B7380);
    p.train = rgb(0x6C97F5), p.val = rgb(0xE8AC3C), p.test = rgb(0x8B939F), p.unused = rgb(0x3C424B);
    p.runA = rgb(0x7FA4FA), p.runB = rgb(0xF2935C), p.runC = rgb(0x45E0C4);
    return p;
}

QColor faded(QColor colour) {
    colour.setAlphaF(colour.alphaF() * 0.45F);
    return colour;
}

/// Draws a line icon in one colour at any size; without a colour it asks the theme each time, so it follows light and
/// dark by itself.
class LineIconEngine : public QIconEngine {
public:
    LineIconEngine(QString name, QColor colour) : m_name(std::move(name)), m_colour(std::move(colour)) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        QColor colour = m_colour.isValid() ? m_colour : Theme::instance().palette().text2;
        QFile file(QStringLiteral(":/icons/") + m_name + QStringLiteral(".svg"));
        if (!file.open(QIODevice::ReadOnly))
            return;
        QByteArray svg = file.readAll();
        svg.replace("#000001", colour.name().toLatin1());
        if (Theme::instance().isDark())
            svg.replace("#2A5BC7", Theme::instance().palette().accentText.name().toLatin1());
        QSvgRenderer renderer(svg);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (mode == QIcon::Disabled)
            painter->setOpacity(painter->opacity() * 0.45);
        renderer.render(painter, QRectF(rect));
        painter->restore();
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        const QColor colour = m_colour.isValid() ? m_colour : Theme::instance().palette().text2;
        const QString key =
            QStringLiteral("icon/%1/%2/%3x%4/%5/%6")
                .arg(m_name, colour.name(), QString::number(size.width()), QString::number(size.height()),
                     QString::number(int(mode)), QString::number(int(Theme::instance().isDark())));
        QPixmap pixmap;
        if (QPixmapCache::find(key, &pixmap))
            return pixmap;
        pixmap = QPixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(0, 0), size), mode, state);
        painter.end();
        QPixmapCache::insert(key, pixmap);
        return pixmap;
    }

    QIconEngine* clone() const override { return new LineIconEngine(*this); }

private:
    QString m_name;
    QColor m_colour;
};

} // namespace

Palette paletteOf(bool dark) {
    return dark ? darkPalette() : lightPalette();
}

void refreshLook(QWidget* widget) {
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
    widget->update();
}

Theme& Theme::instance() {
    static Theme theme;
    return theme;
}

Theme::Theme() {
    initIcons();
    const QString word = settings().value(QStringLiteral("theme")).toString();
    m_mode = word == QStringLiteral("light") ? Mode::Light : word == QStringLiteral("dark") ? Mode::Dark : Mode::System;
    // Qt 6.4 does not tell the system's colour scheme; its palette does, and only before our own is set.
    m_systemDark = QApplication::palette().color(QPalette::Window).lightness() < 128;
    apply();
}

void Theme::showMode(Mode mode) {
    m_mode = mode;
    apply();
    Q_EMIT changed();
}

void Theme::setMode(Mode mode) {
    settings().setValue(QStringLiteral("theme"), mode == Mode::Light  ? QStringLiteral("light")
                                                 : mode == Mode::Dark ? QStringLiteral("dark")
                                                                      : QStringLiteral("system"));
    showMode(mode);
}

void Theme::apply() {
    m_dark = m_mode == Mode::Dark || (m_mode == Mode::System && m_systemDark);
    m_palette = paletteOf(m_dark);
    if (qobject_cast<QApplication*>(QCoreApplication::instance()) == nullptr)
        return;

    if (QApplication::style()->name().compare(QStringLiteral("fusion"), Qt::CaseInsensitive) != 0)
        QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QApplication::setFont(font(FontRole::Body));
    QToolTip::setFont(font(FontRole::Table));

    const Palette& c = m_palette;
    QPalette p;
    p.setColor(QPalette::Window, c.window);
    p.setColor(QPalette::Base, c.surface);
    p.setColor(QPalette::AlternateBase, c.window);
    p.setColor(QPalette::Button, c.surface);
    p.setColor(QPalette::ToolTipBase, c.surface);
    for (const auto role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText, QPalette::BrightText}) {
        p.setColor(role, c.text);
        p.setColor(QPalette::Disabled, role, faded(c.text));
    }
    p.setColor(QPalette::PlaceholderText, c.text3);
    p.setColor(QPalette::Highlight, c.accentSoft);
    p.setColor(QPalette::HighlightedText, c.text);
    p.setColor(QPalette::Link, c.accentText);
    p.setColor(QPalette::LinkVisited, c.accentText);
    p.setColor(QPalette::Light, c.surface);
    p.setColor(QPalette::Midlight, c.hover);
    p.setColor(QPalette::Mid, c.line2);
    p.setColor(QPalette::Dark, c.line2);
    p.setColor(QPalette::Shadow, c.line);
    QApplication::setPalette(p);
    qApp->setStyleSheet(styleSheetOf(c, m_dark));
}

QColor Theme::classColour(int classId) const {
    static const std::array<QRgb, 4> light{0x1477DB, 0xD0389E, 0x946C10, 0x14633D};
    static const std::array<QRgb, 4> dark{0x38A8F5, 0xE06BAE, 0xD19C26, 0x2FE39A};
    const auto hue = static_cast<std::size_t>(detect::classHue(classId));
    return rgb(m_dark ? dark[hue] : light[hue]);
}

QColor Theme::classColourOnPhoto(int classId, const QString& name) const {
    return rgb(detect::kHuesOnPhoto[static_cast<std::size_t>(detect::classHue(classId, name.toStdString()))]);
}

ClassGlyph Theme::classGlyph(int classId) const {
    static const std::array<ClassGlyph, 4> glyphs{ClassGlyph::Disc, ClassGlyph::Triangle, ClassGlyph::Square,
                                                  ClassGlyph::Diamond};
    return glyphs[static_cast<std::size_t>(detect::classHue(classId))];
}

bool Theme::classGlyphHollow(int classId) const {
    return classId >= 4 && classId != 5 && classId != 7;
}

QColor Theme::verdictOnPhoto(eval::Verdict verdict) {
    switch (verdict) {
    case eval::Verdict::TP:
        return rgb(0x1FBF90);
    case eval::Verdict::FP:
        return rgb(0xFFAA52);
    case eval::Verdict::FN:
        return rgb(0xFF62C6);
    case eval::Verdict::Ignored:
        break;
    }
    return rgb(0xC9CED6);
}

QColor Theme::verdictText(eval::Verdict verdict) const {
    switch (verdict) {
    case eval::Verdict::TP:
        return rgb(m_dark ? 0x3FE3B4 : 0x06654E);
    case eval::Verdict::FP:
        return rgb(m_dark ? 0xFD9B52 : 0xA54C02);
    case eval::Verdict::FN:
        return rgb(m_dark ? 0xFF74C6 : 0xBE1B8C);
    case eval::Verdict::Ignored:
        break;
    }
    return rgb(m_dark ? 0x959DAA : 0x5A626E);
}

QColor Theme::verdictSoft(eval::Verdict verdict) const {
    switch (verdict) {
    case eval::Verdict::TP:
        return rgb(m_dark ? 0x173A33 : 0xDDF2EC);
    case eval::Verdict::FP:
        return rgb(m_dark ? 0x43291A : 0xFBE8DA);
    case eval::Verdict::FN:
        return rgb(m_dark ? 0x42203A : 0xFAE1F0);
    case eval::Verdict::Ignored:
        break;
    }
    return rgb(m_dark ? 0x2D3138 : 0xE4E7EB);
}

QColor Theme::gammaColour(double gamma) const {
    struct Step {
        double gamma;
        QRgb light, dark;
    };
    static const std::array<Step, 4> steps{
        {{0.5, 0x0B8280, 0x4CC9C0}, {1, 0x2079B5, 0x5FB2EA}, {2, 0x2A5BC7, 0x7FA4FA}, {5, 0x7A3FB0, 0xC39BF2}}};
    if (gamma < 0.25)
        return m_palette.text2;
    const Step* nearest = &steps[0];
    for (const Step& step : steps)
        if (std::abs(std::log(step.gamma / gamma)) < std::abs(std::log(nearest->gamma / gamma)))
            nearest = &step;
    return rgb(m_dark ? nearest->dark : nearest->light);
}

QFont Theme::font(FontRole role) {
    static const QStringList words{QStringLiteral("Inter"), QStringLiteral("Noto Sans"), QStringLiteral("Cantarell"),
                                   QStringLiteral("DejaVu Sans")};
    static const QStringList digits{QStringLiteral("Noto Sans"), QStringLiteral("DejaVu Sans"),
                                    QStringLiteral("Inter")};
    static const QStringList mono{QStringLiteral("JetBrains Mono"), QStringLiteral("Noto Sans Mono"),
                                  QStringLiteral("DejaVu Sans Mono"), QStringLiteral("monospace")};
    struct Look {
        const QStringList* families;
        int sizePx;
        QFont::Weight weight;
    };
    const Look look = [&]() -> Look {
        switch (role) {
        case FontRole::PageTitle:
            return {&words, 18, QFont::DemiBold};
        case FontRole::ErrorSentence:
            return {&words, 15, QFont::DemiBold};
        case FontRole::SectionHeading:
            return {&words, 12, QFont::DemiBold};
        case FontRole::Table:
            return {&words, 12, QFont::Normal};
        case FontRole::Caption:
        case FontRole::ChartText:
            return {&words, 11, QFont::Normal};
        case FontRole::Numbers:
            return {&digits, 12, QFont::Normal};
        case FontRole::NumbersStrong:
            return {&digits, 12, QFont::DemiBold};
        case FontRole::Outcome:
            return {&digits, 20, QFont::DemiBold};
        case FontRole::Log:
            return {&mono, 11, QFont::Normal};
        case FontRole::Body:
            break;
        }
        return {&words, 13, QFont::Normal};
    }();
    QFont font;
    font.setFamilies(*look.families);
    font.setPixelSize(look.sizePx);
    font.setWeight(look.weight);
    font.setHintingPreference(QFont::PreferVerticalHinting);
    return font;
}

QIcon Theme::icon(const QString& name, const QColor& colour) const {
    return QIcon(new LineIconEngine(name, colour));
}

} // namespace intersect::ui
