// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include "core/runs/train_config.h"
#include "ui/widgets/themed_label.h"

namespace intersect::ui {

/// How long and how the next run trains: epochs, batch, size, rate, warm-up; augmentation; seed. It also keeps the hyper-parameters that no
/// field shows, such as those of a hyp file. GUI thread only.
class TrainSchedule : public QWidget {
    Q_OBJECT
public:
    /// `schedule` and `augmentation` are the two sections the fields go into.
    TrainSchedule(QVBoxLayout* schedule, QVBoxLayout* augmentation, QWidget* parent);
    void fill(runs::TrainConfig& config) const;
    void setConfig(const runs::TrainConfig& config);
    void setBatch(int batch) { m_batch->setValue(batch); }

Q_SIGNALS:
    void changed();
    void previewAsked(); ///< pictures of batches as these settings make them

private:
    void makeSchedule(QVBoxLayout* section);
    void makeAugmentation(QVBoxLayout* section);
    void choosePreset();
    void showPreset();
    void changedNow();

    bool m_filling = false;
    runs::HyperParameters m_hyp; ///< the keys without a field of their own stay as they are here
    QSpinBox *m_epochs = nullptr, *m_batch = nullptr, *m_imgSize = nullptr, *m_seed = nullptr;
    QDoubleSpinBox *m_rate = nullptr, *m_warmUp = nullptr;
    QComboBox *m_optimizer = nullptr, *m_augment = nullptr;
    QPushButton* m_edit = nullptr;
    QWidget* m_fields = nullptr;
    ThemedLabel* m_augmentText = nullptr;
    std::vector<QDoubleSpinBox*> m_augmentSpins;
};

} // namespace intersect::ui
