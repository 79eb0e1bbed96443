// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train_form.h"

#include <limits>
#include <numeric>

#include <QCoreApplication>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QSignalBlocker>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/model/identify.h"
#include "core/weights/checkpoint.h"
#include "ui/pages/train_settings.h"
#include "ui/text.h"
#include "ui/weights_choices.h"

namespace intersect::ui {

namespace {

const QString kNone = QStringLiteral("none:"); ///< and the network's name
const QString kBrowse = QStringLiteral("browse");

qint64 linesOf(const std::filesystem::path& file) {
    const auto text = readFile(file, 64ULL << 20);
    return text ? std::count(text->begin(), text->end(), '\n') : 0;
}

} // namespace

TrainForm::TrainForm(Session& session, QWidget* parent) : SidePane(Side::Left, parent), m_session(session) {
    auto* start = addSection();
    m_selection = new QComboBox;
    m_selection->setObjectName(QStringLiteral("selectionCombo"));
    m_selection->setToolTip(tr("The lists the next run trains and validates on"));
    addRow(start, tr("Selection"), m_selection, 96);
    m_weights = new QComboBox;
    m_weights->setObjectName(QStringLiteral("weightsCombo"));
    m_weights->setToolTip(tr("What the next run starts from: a .pt or .safetensors file, an earlier run, or random numbers"));
    addRow(start, tr("Start weights"), m_weights, 96);
    m_weightsProblem = new InlineMessage(InlineMessage::Kind::Error);
    m_weightsProblem->setObjectName(QStringLiteral("weightsProblem"));
    m_weightsProblem->hide();
    start->addWidget(m_weightsProblem);
    for (QComboBox* combo : {m_selection, m_weights}) {
        combo->setMinimumContentsLength(12);
        combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    }

    auto* freeze = addSection(tr("Freeze"), &m_trainable);
    m_trainable->setObjectName(QStringLiteral("trainableLabel"));
    m_freeze = new QSlider(Qt::Horizontal);
    m_freeze->setObjectName(QStringLiteral("freezeSlider"));
    m_freeze->setRange(0, 24);
    m_freeze->setPageStep(5);
    m_freeze->setTickPosition(QSlider::TicksBelow);
    m_freeze->setTickInterval(1);
    m_freeze->setAccessibleName(tr("Frozen layers"));
    freeze->addWidget(m_freeze);
    auto* freezeRow = new QHBoxLayout;
    m_freezeText = new QLabel;
    m_freezeText->setObjectName(QStringLiteral("freezeText"));
    m_freezeText->setAlignment(Qt::AlignCenter);
    freezeRow->addWidget(new ThemedLabel(QStringLiteral("0"), FontRole::Numbers, Tone::Text2));
    freezeRow->addWidget(m_freezeText, 1);
    m_lastModule = new ThemedLabel(QStringLiteral("24"), FontRole::Numbers, Tone::Text2);
    freezeRow->addWidget(m_lastModule);
    freeze->addLayout(freezeRow);

    ThemedLabel* lossCaption = nullptr;
    auto* lossSection = addSection(tr("Loss"), &lossCaption);
    lossCaption->setText(tr("objectness and class"));
    m_loss = new LossForm;
    lossSection->addWidget(m_loss);
    makeSchedule();
    addStretch();

    m_problem = new InlineMessage(InlineMessage::Kind::Warning);
    m_problem->setObjectName(QStringLiteral("startProblem"));
    m_problem->hide();
    footer()->addWidget(m_problem);
    auto* startRow = new QHBoxLayout;
    m_start = new QPushButton(tr("Start"));
    m_start->setObjectName(QStringLiteral("startButton"));
    m_start->setProperty("primary", true);
    m_start->setToolTip(tr("Starts the training in a process of its own (Ctrl+Enter)"));
    m_runName = new ThemedLabel({}, FontRole::Caption, Tone::Text3);
    m_runName->setObjectName(QStringLiteral("nextRunLabel"));
    startRow->addWidget(m_start);
    startRow->addWidget(m_runName, 1);
    footer()->addLayout(startRow);

    connect(m_selection, &QComboBox::activated, this, [this] {
        m_session.setCurrentSelection(selectionName());
        Q_EMIT changed();
    });
    connect(m_weights, &QComboBox::activated, this, [this](int index) {
        if (m_weights->itemData(index).toString() == kBrowse)
            browseWeights();
        m_weightsBefore = m_weights->currentIndex();
        readNetwork();
        Q_EMIT changed();
    });
    connect(m_freeze, &QSlider::valueChanged, this, [this] {
        showFreeze();
        Q_EMIT changed();
    });
    connect(m_loss, &LossForm::changed, this, &TrainForm::changed);
    connect(&session, &Session::selectionsChanged, this, &TrainForm::refillSelections);
    connect(&session, &Session::workspaceChanged, this, &TrainForm::refillSelections);
    connect(&session, &Session::currentSelectionChanged, this, &TrainForm::refillSelections);
    connect(&session, &Session::runsChanged, this, &TrainForm::refillWeights);
    connect(&session, &Session::workspaceChanged, this, &TrainForm::refillWeights);
    connect(&session, &Session::workspaceChanged, this, &TrainForm::readNetwork);
    refillSelections();
    refillWeights();
}

void TrainForm::makeSchedule() {
    auto* schedule = addSection(tr("Schedule"));
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(6);
    int cell = 0;
    const auto place = [&](const QString& label, QAbstractSpinBox* field, const QString& objectName, const QString& toolTip) {
        field->setObjectName(objectName);
        field->setToolTip(toolTip);
        field->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        field->setMinimumWidth(84);
        auto* text = new ThemedLabel(label, FontRole::Body, Tone::Text2);
        text->setBuddy(field);
        grid->addWidget(text, cell / 2, cell % 2 * 2);
        grid->addWidget(field, cell / 2, cell % 2 * 2 + 1);
        ++cell;
    };
    const auto number = [](int low, int high, int value, int step) {
        auto* spin = new QSpinBox;
        spin->setRange(low, high);
        spin->setSingleStep(step);
        spin->setValue(value);
        return spin;
    };
    m_epochs = number(1, 10'000, 20, 1);
    place(tr("Epochs"), m_epochs, QStringLiteral("epochsSpin"), tr("How often every train frame is seen"));
    m_batch = number(1, 1'024, 16, 1);
    place(tr("Batch"), m_batch, QStringLiteral("batchSpin"), tr("Frames in one step"));
    m_imgSize = number(32, 4'096, 640, 32);
    m_imgSize->setSuffix(tr(" px"));
    place(tr("Image size"), m_imgSize, QStringLiteral("imgSizeSpin"), tr("Side of the square the frames are brought to, in pixels; a multiple of 32"));
    m_rate = new QDoubleSpinBox;
    m_rate->setDecimals(4);
    m_rate->setRange(0.0001, 1);
    m_rate->setSingleStep(0.001);
    m_rate->setValue(runs::HyperParameters().lr0);
    m_rate->setLocale(QLocale::c());
    place(tr("Rate"), m_rate, QStringLiteral("rateSpin"), tr("Learning rate after warm-up (lr0)"));
    m_seed = number(0, std::numeric_limits<int>::max(), 0, 1);
    place(tr("Seed"), m_seed, QStringLiteral("trainSeedSpin"), tr("Order of frames, augmentation and random start"));
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(3, 1);
    schedule->addLayout(grid);
    schedule->addWidget(new ThemedLabel(tr("SGD, 3 epochs warm-up; mosaic, flip 0.5, scale 0.5, hue 0.015"), FontRole::Caption, Tone::Text3));
    for (QSpinBox* spin : {m_epochs, m_batch, m_imgSize, m_seed})
        connect(spin, &QSpinBox::valueChanged, this, &TrainForm::changed);
    connect(m_rate, &QDoubleSpinBox::valueChanged, this, &TrainForm::changed);
    connect(m_imgSize, &QSpinBox::editingFinished, this, [this] { m_imgSize->setValue((m_imgSize->value() + 16) / 32 * 32); });
}

runs::TrainConfig TrainForm::config() const {
    runs::TrainConfig config;
    if (const QString name = selectionName(); !name.isEmpty() && m_session.workspace())
        config.data = m_session.workspace()->selections() / toPath(name) / "data.yaml";
    const QString weights = m_weights->currentData().toString();
    if (weights.startsWith(kNone))
        config.model = weights.mid(kNone.size()).toStdString();
    else if (weights != kBrowse)
        config.weights = toPath(weights);
    config.epochs = m_epochs->value();
    config.batch = m_batch->value();
    config.imgSize = std::max(32, m_imgSize->value() / 32 * 32);
    config.freeze.resize(static_cast<std::size_t>(m_freeze->value()));
    std::iota(config.freeze.begin(), config.freeze.end(), 0);
    config.loss = m_loss->loss();
    config.hyp.lr0 = m_rate->value();
    config.seed = static_cast<std::uint64_t>(m_seed->value());
    return config;
}

QString TrainForm::selectionName() const {
    return m_selection->currentData().toString();
}

void TrainForm::setProblem(const QString& sentence, const QString& advice) {
    if (sentence.isEmpty())
        m_problem->hide();
    else
        m_problem->show(sentence, advice);
}

void TrainForm::setRunName(const QString& name) {
    m_runName->setText(name.isEmpty() ? QString() : tr("as %1").arg(name));
    m_runName->setToolTip(name);
}

void TrainForm::refillSelections() {
    const QString wanted = m_session.currentSelection();
    const QSignalBlocker blocked(m_selection);
    m_selection->clear();
    if (m_session.workspace())
        for (const QString& name : m_session.selectionNames()) {
            const std::filesystem::path folder = m_session.workspace()->selections() / toPath(name);
            if (!std::filesystem::exists(folder / "data.yaml"))
                continue;
            m_selection->addItem(tr("%1   %2 train, %3 val").arg(name, qs(formatGrouped(linesOf(folder / "train.txt"))), qs(formatGrouped(linesOf(folder / "val.txt")))), name);
        }
    if (m_selection->count() == 0)
        m_selection->addItem(tr("no lists yet"), QString());
    const int index = m_selection->findData(wanted);
    m_selection->setCurrentIndex(index >= 0 ? index : 0);
    Q_EMIT changed();
}

void TrainForm::refillWeights() {
    const QString wanted = m_weights->currentData().toString();
    const QSignalBlocker blocked(m_weights);
    m_weights->clear();
    const QFileInfoList shipped = shippedWeights();
    for (const QFileInfo& file : shipped)
        m_weights->addItem(tr("%1   included").arg(file.completeBaseName()), file.canonicalFilePath());
    for (const QString& path : std::as_const(m_browsed))
        m_weights->addItem(QFileInfo(path).fileName(), path);
    if (m_session.workspace())
        for (const QString& run : m_session.runNames())
            if (const auto best = m_session.runPaths(run).best(); std::filesystem::exists(best))
                m_weights->addItem(tr("best of %1").arg(run), qs(best));
    for (const QString& network : {QStringLiteral("yolov5n"), QStringLiteral("yolov5s"), QStringLiteral("yolov7-tiny")})
        m_weights->addItem(tr("none: random start (%1)").arg(network), QString(kNone + network));
    m_weights->addItem(tr("Browse…"), kBrowse);
    // Never an earlier run by itself: what comes with the program, else a random start.
    const int usual = shipped.isEmpty() ? m_weights->findData(QString(kNone + QStringLiteral("yolov5n"))) : 0;
    const int index = m_weights->findData(wanted);
    m_weights->setCurrentIndex(index >= 0 ? index : usual);
    m_weightsBefore = m_weights->currentIndex();
    readNetwork();
    Q_EMIT changed();
}

void TrainForm::browseWeights() {
    const QString file = QFileDialog::getOpenFileName(this, tr("Start weights"), {}, weightsFilter());
    if (file.isEmpty()) {
        m_weights->setCurrentIndex(m_weightsBefore);
        return;
    }
    m_browsed.removeAll(file);
    m_browsed.prepend(file);
    refillWeights();
    m_weights->setCurrentIndex(m_weights->findData(file));
}

void TrainForm::readNetwork() {
    const QString weights = m_weights->currentData().toString();
    m_network.reset();
    if (weights.startsWith(kNone)) {
        m_reading.cancel();
        takeNetwork(model::knownModel(weights.mid(kNone.size()).toStdString()), {});
        return;
    }
    showFreeze();
    m_reading.start(
        [path = toPath(weights)](const JobRunner::Cancelled&) -> Result<model::Graph> {
            const auto file = weights::readWeights(path);
            return file ? model::identify(*file) : failAs(file);
        },
        [this](const Result<model::Graph>& found) {
            takeNetwork(found ? Result<model::ModelCfg>(found->cfg) : failAs(found), found ? found->form : model::Form());
        });
}

void TrainForm::takeNetwork(const Result<model::ModelCfg>& cfg, model::Form form) {
    const int classes = m_session.workspace() && !m_session.workspace()->names.empty() ? static_cast<int>(m_session.workspace()->names.size()) : 80;
    Result<model::Graph> network = cfg ? model::makeGraph(*cfg, classes, form) : failAs(cfg);
    m_weightsProblem->hide();
    if (network)
        m_network = std::move(*network);
    else
        m_weightsProblem->show(qs(network.error().message), qs(network.error().advice));
    showFreeze();
}

void TrainForm::showFreeze() {
    if (!m_network) {
        m_trainable->setText({});
        m_freezeText->setText({});
        return;
    }
    const int last = static_cast<int>(m_network->modules.size()) - 1;
    m_freeze->setMaximum(last);
    m_freeze->setToolTip(tr("How many layers from the input on keep their weights (0 to %1); the backbone is the first %2").arg(last).arg(m_network->backbone));
    m_lastModule->setText(QString::number(last));
    const int frozen = m_freeze->value();
    const auto [trainable, all] = trainableWeights(*m_network, frozen);
    m_trainable->setText(tr("%1 of %2 weights train").arg(qs(formatGrouped(trainable)), qs(formatGrouped(all))));
    m_freezeText->setText(frozen == 0 ? tr("<b>Nothing frozen</b>")
                                      : tr("<b>First %1 layers</b>, up to %2 %3").arg(QString::number(frozen), QString::number(frozen - 1), qs(m_network->modules[static_cast<std::size_t>(frozen) - 1].type)));
}

} // namespace intersect::ui
