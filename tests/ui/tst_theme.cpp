// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include <QApplication>
#include <QDir>
#include <QImage>
#include <QTemporaryDir>
#include <QtTest>

#include "ui/settings.h"
#include "ui/style_sheet.h"
#include "ui/theme.h"

using namespace intersect::ui;

namespace {

/// WCAG 2 relative luminance of an sRGB colour.
double luminance(const QColor& colour) {
    const auto part = [](double c) { return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * part(double(colour.redF())) + 0.7152 * part(double(colour.greenF())) +
           0.0722 * part(double(colour.blueF()));
}

double contrast(const QColor& a, const QColor& b) {
    const double la = luminance(a), lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

} // namespace

class TestTheme : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void contrastMeasureIsRight() {
        QCOMPARE(qRound(contrast(Qt::black, Qt::white) * 10), 210);
        QVERIFY(std::abs(contrast(QColor(0x2A, 0x5B, 0xC7), Qt::white) - 6.1) < 0.06); // the design's own figure
    }

    void textIsReadable_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void textIsReadable() {
        QFETCH(bool, dark);
        const Palette c = paletteOf(dark);
        for (const QColor& ground : {c.surface, c.window, c.rail, c.accentSoft})
            for (const QColor& words : {c.text, c.text2, c.text3, c.accentText, c.warn, c.err})
                QVERIFY2(contrast(words, ground) >= 4.5,
                         qPrintable(words.name() + QStringLiteral(" on ") + ground.name()));
        QVERIFY(contrast(c.warn, c.warnSoft) >= 4.5);
        QVERIFY(contrast(c.err, c.errSoft) >= 4.5);
        QVERIFY(contrast(c.text, c.errSoft) >= 4.5);
        QVERIFY(contrast(Qt::white, c.accent) >= 4.5); // the primary button
        for (const QColor& mark : {c.train, c.val, c.test, c.runA, c.runB, c.runC})
            QVERIFY2(contrast(mark, c.surface) >= 3.0, qPrintable(mark.name()));
    }

    void verdictChipsAreReadable() {
        for (const auto mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
            Theme::instance().showMode(mode);
            for (const auto verdict : {intersect::eval::Verdict::TP, intersect::eval::Verdict::FP,
                                       intersect::eval::Verdict::FN, intersect::eval::Verdict::Ignored})
                QVERIFY(contrast(Theme::instance().verdictText(verdict), Theme::instance().verdictSoft(verdict)) >=
                        4.5);
        }
    }

    void classesDifferByColourAndGlyph() {
        const Theme& theme = Theme::instance();
        const int ids[] = {2, 3, 5, 7};
        for (const int a : ids)
            for (const int b : ids)
                if (a != b) {
                    QVERIFY(theme.classColour(a) != theme.classColour(b));
                    QVERIFY(theme.classGlyph(a) != theme.classGlyph(b));
                }
        QVERIFY(!theme.classGlyphHollow(2) && !theme.classGlyphHollow(3) && !theme.classGlyphHollow(5) &&
                !theme.classGlyphHollow(7));
        QVERIFY(theme.classGlyphHollow(9));
        QVERIFY(theme.classColour(-1).isValid());
    }

    void gammaColoursAreTheDesigns() {
        Theme::instance().showMode(Theme::Mode::Light);
        QCOMPARE(Theme::instance().gammaColour(0), paletteOf(false).text2);
        QCOMPARE(Theme::instance().gammaColour(0.5), QColor(0x0B, 0x82, 0x80));
        QCOMPARE(Theme::instance().gammaColour(2), QColor(0x2A, 0x5B, 0xC7));
        QCOMPARE(Theme::instance().gammaColour(5), QColor(0x7A, 0x3F, 0xB0));
        QCOMPARE(Theme::instance().gammaColour(4.4), QColor(0x7A, 0x3F, 0xB0)); // the nearest
    }

    void styleSheetKnowsEveryToken() {
        for (const bool dark : {false, true}) {
            const QString sheet = styleSheetOf(paletteOf(dark), dark);
            QVERIFY2(!sheet.contains(QLatin1Char('@')), qPrintable(sheet.mid(sheet.indexOf(QLatin1Char('@')), 30)));
            QVERIFY(sheet.contains(paletteOf(dark).accentSoft.name()));
        }
    }

    void modeIsRememberedAndApplied() {
        QSignalSpy changed(&Theme::instance(), &Theme::changed);
        Theme::instance().setMode(Theme::Mode::Dark);
        QCOMPARE(settings().value(QStringLiteral("theme")).toString(), QStringLiteral("dark"));
        QVERIFY(Theme::instance().isDark());
        QCOMPARE(QApplication::palette().color(QPalette::Window), paletteOf(true).window);
        Theme::instance().setMode(Theme::Mode::Light);
        QCOMPARE(QApplication::palette().color(QPalette::Window), paletteOf(false).window);
        QCOMPARE(changed.count(), 2);
    }

    void everyIconDraws() {
        const QStringList files = QDir(QStringLiteral(":/icons")).entryList({QStringLiteral("*.svg")});
        QVERIFY(files.size() > 30);
        for (const QString& file : files) {
            const QString name = file.chopped(4);
            const QImage image = Theme::instance().icon(name, Qt::red).pixmap(QSize(24, 24), 2.0).toImage();
            QCOMPARE(image.size(), QSize(48, 48));
            bool drawn = false;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x)
                    drawn = drawn || qAlpha(image.pixel(x, y)) > 128;
            QVERIFY2(drawn, qPrintable(name));
        }
    }

    void iconsFollowTheTheme() {
        const QIcon icon = Theme::instance().icon(QStringLiteral("data"));
        Theme::instance().showMode(Theme::Mode::Light);
        const QImage light = icon.pixmap(QSize(24, 24), 1.0).toImage();
        Theme::instance().showMode(Theme::Mode::Dark);
        const QImage dark = icon.pixmap(QSize(24, 24), 1.0).toImage();
        QVERIFY(light != dark);
    }
};

int main(int argc, char** argv) {
    QTemporaryDir folder;
    qputenv("INTERSECT_SETTINGS_DIR", folder.path().toUtf8());
    QApplication application(argc, argv);
    TestTheme test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_theme.moc"
