// SPDX-License-Identifier: GPL-3.0-or-later
// The exercise's third part as files: each is read without a finding and says what its name says.
#include <filesystem>
#include <set>

#include <QtTest>

#include "core/loss/named_forms.h"
#include "core/runs/train_config.h"

using namespace intersect;
using namespace intersect::runs;
namespace fs = std::filesystem;

class TestExerciseConfigs : public QObject {
    Q_OBJECT
    static fs::path folder() { return fs::path(INTERSECT_SOURCE_DIR) / "resources/configs/exercise"; }
    static void addChoices() {
        QTest::addColumn<QString>("freeze");
        QTest::addColumn<QString>("choice");
        for (const char* freeze : {"freeze2", "backbone"})
            for (const char* choice : {"plain", "class-weights", "positive-weights", "focal"})
                QTest::addRow("%s-%s", freeze, choice) << freeze << choice;
    }

private Q_SLOTS:
    void thereAreEight() {
        int files = 0;
        for (const auto& entry : fs::directory_iterator(folder()))
            files += entry.path().extension() == ".yaml" ? 1 : 0;
        QCOMPARE(files, 8);
    }
    void saysWhatItsNameSays_data() { addChoices(); }
    void saysWhatItsNameSays() {
        QFETCH(QString, freeze);
        QFETCH(QString, choice);
        std::vector<data::Finding> findings;
        const auto config = readTrainConfig(folder() / (std::string(QTest::currentDataTag()) + ".yaml"), findings);
        QVERIFY2(config.has_value(), config ? "" : config.error().message.c_str());
        QVERIFY(findings.empty());
        QVERIFY(checkTrainConfig(*config).has_value());
        QVERIFY(config->data.empty() && config->weights.empty()); // named on the command line

        TrainConfig wanted;
        QVERIFY(parseFreeze(freeze == QLatin1String("freeze2") ? "2" : "backbone", wanted).has_value());
        if (choice == QLatin1String("class-weights"))
            wanted.classWeights = loss::namedFormFrom("report").value().classWeights;
        else if (choice == QLatin1String("positive-weights"))
            wanted.loss.positiveWeight = 2;
        else if (choice == QLatin1String("focal"))
            wanted.loss = loss::namedFormFrom("yolov5-focal").value().spec;
        QCOMPARE(formatTrainConfig(*config), formatTrainConfig(wanted)); // and nothing else
    }
};

QTEST_APPLESS_MAIN(TestExerciseConfigs)
#include "tst_exercise_configs.moc"
