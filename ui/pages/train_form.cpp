// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train_form.h"

#include <algorithm>
#include <set>

#include <QCoreApplication>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
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
    makeStart();
    makeFreeze();
    ThemedLabel* lossCaption = nullptr;
    auto* lossSection = addSection(tr("Loss"), &lossCaption);
    lossCaption->setText(tr("objectness and class"));
    m_loss = new LossForm;
    lossSection->addWidget(m_loss);
    QVBoxLayout* schedule = addSection(tr("Schedule"));
    m_schedule = new TrainSchedule(schedule, addSection(), this);
    m_options = new TrainOptions;
    addSection()->addWidget(m_options);
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
    m_queue = new QPushButton(tr("Add to queue"));
    m_queue->setObjectName(QStringLiteral("queueButton"));
    m_queue->setToolTip(tr("Starts it when the runs before it are over; at once where none is"));
    m_runName = new ThemedLabel({}, FontRole::Caption, Tone::Text3);
    m_runName->setObjectName(QStringLiteral("nextRunLabel"));
    startRow->addWidget(m_start);
    startRow->addWidget(m_queue);
    startRow->addStretch(1);
    footer()->addLayout(startRow);
    footer()->addWidget(m_runName);

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
    connect(m_loss, &LossForm::changed, this, &TrainForm::changed);
    connect(m_schedule, &TrainSchedule::changed, this, &TrainForm::changed);
    connect(m_schedule, &TrainSchedule::previewAsked, this, &TrainForm::previewAsked);
    connect(m_options, &TrainOptions::changed, this, &TrainForm::changed);
    connect(m_options, &TrainOptions::hypRead, this, &TrainForm::takeHyp);
    connect(m_options, &TrainOptions::recipeChosen, this, &TrainForm::takeRecipe);
    connect(&session, &Session::selectionsChanged, this, &TrainForm::refillSelections);
    connect(&session, &Session::workspaceChanged, this, &TrainForm::refillSelections);
    connect(&session, &Session::currentSelectionChanged, this, &TrainForm::refillSelections);
    connect(&session, &Session::runsChanged, this, &TrainForm::refillWeights);
    connect(&session, &Session::workspaceChanged, this, &TrainForm::refillWeights);
    connect(&session, &Session::workspaceChanged, this, &TrainForm::readNetwork);
    refillSelections();
    refillWeights();
}

void TrainForm::makeStart() {
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
}

void TrainForm::makeFreeze() {
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
    auto* textRow = new QHBoxLayout;
    m_freezeText = new QLabel;
    m_freezeText->setObjectName(QStringLiteral("freezeText"));
    m_freezeText->setAlignment(Qt::AlignCenter);
    textRow->addWidget(new ThemedLabel(QStringLiteral("0"), FontRole::Numbers, Tone::Text2));
    textRow->addWidget(m_freezeText, 1);
    m_lastModule = new ThemedLabel(QStringLiteral("24"), FontRole::Numbers, Tone::Text2);
    textRow->addWidget(m_lastModule);
    freeze->addLayout(textRow);
    auto* listRow = new QHBoxLayout;
    listRow->setSpacing(8);
    m_backbone = new QPushButton(tr("Backbone"));
    m_backbone->setObjectName(QStringLiteral("freezeBackboneButton"));
    m_backbone->setProperty("small", true);
    m_backbone->setToolTip(tr("Freezes the whole backbone of the chosen network"));
    listRow->addWidget(m_backbone);
    m_freezeList = new QLineEdit;
    m_freezeList->setObjectName(QStringLiteral("freezeListEdit"));
    m_freezeList->setProperty("small", true);
    m_freezeList->setAccessibleName(tr("Single layers to freeze"));
    m_freezeList->setPlaceholderText(tr("or some: 0, 3, model.4.m.0"));
    m_freezeList->setToolTip(tr("Layers to freeze by number and blocks by name, with commas, instead of the first ones"));
    listRow->addWidget(m_freezeList, 1);
    freeze->addLayout(listRow);

    const auto moved = [this] {
        showFreeze();
        Q_EMIT changed();
    };
    connect(m_freeze, &QSlider::valueChanged, this, moved);
    connect(m_freezeList, &QLineEdit::textChanged, this, moved);
    connect(m_backbone, &QPushButton::clicked, this, [this] {
        m_freezeList->clear();
        if (m_network)
            m_freeze->setValue(m_network->backbone);
    });
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
    fillFrozen(config);
    m_schedule->fill(config);
    m_loss->fill(config);
    m_options->fill(config);
    return config;
}

void TrainForm::setConfig(const runs::TrainConfig& config) {
    if (m_session.workspace()) {
        const QString selection = qs(config.data.parent_path().filename());
        if (config.data.parent_path().parent_path() == m_session.workspace()->selections() && m_selection->findData(selection) >= 0)
            m_session.setCurrentSelection(selection);
    }
    const QString weights = config.weights.empty() ? QString(kNone + qs(config.model)) : qs(config.weights);
    if (m_weights->findData(weights) < 0 && !config.weights.empty()) {
        m_browsed.prepend(weights);
        refillWeights();
    }
    if (const int index = m_weights->findData(weights); index >= 0) {
        m_weights->setCurrentIndex(index);
        m_weightsBefore = index;
        readNetwork();
    }
    const bool first = config.freezeNames.empty() && config.freeze == firstModules(static_cast<int>(config.freeze.size()));
    if (first) {
        m_freezeList->clear();
        m_freeze->setMaximum(std::max(m_freeze->maximum(), static_cast<int>(config.freeze.size())));
        m_freeze->setValue(static_cast<int>(config.freeze.size()));
    } else {
        m_freezeList->setText(freezeText(config.freeze, config.freezeNames));
    }
    showSettings(config);
}

void TrainForm::takeHyp(const runs::HyperParameters& hyp, const std::optional<loss::LossSpec>& loss) {
    runs::TrainConfig told = config();
    told.hyp = hyp;
    if (loss)
        told.loss = *loss;
    showSettings(told);
}

void TrainForm::takeRecipe(const QString& name) {
    runs::TrainConfig told = config();
    const runs::TrainConfig usual;
    told.hyp.lrf = usual.hyp.lrf;
    told.hyp.cls = usual.hyp.cls;
    told.hyp.obj = usual.hyp.obj;
    told.hyp.assign = usual.hyp.assign;
    told.cosLr = usual.cosLr;
    runs::applyRecipe(name.toStdString(), told);
    showSettings(told);
}

void TrainForm::showSettings(const runs::TrainConfig& config) {
    m_schedule->setConfig(config);
    m_loss->setConfig(config);
    m_options->setConfig(config);
    Q_EMIT changed();
}

bool TrainForm::fillFrozen(runs::TrainConfig& config) const {
    const QString list = m_freezeList->text().trimmed();
    config.freezeNames.clear();
    config.freeze = list.isEmpty() ? firstModules(m_freeze->value()) : std::vector<int>();
    // A comma at the end: one number is that layer, not so many.
    const std::string text = list.toStdString();
    return list.isEmpty() || runs::parseFreeze(list.endsWith(QLatin1Char(',')) ? text : text + ",", config).has_value();
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
    runs::TrainConfig told;
    const bool understood = fillFrozen(told);
    const std::vector<int>& modules = told.freeze;
    const auto [trainable, all] = trainableWeights(*m_network, modules, told.freezeNames);
    m_trainable->setText(tr("%1 of %2 weights train").arg(qs(formatGrouped(trainable)), qs(formatGrouped(all))));
    const auto typeOf = [this](int module) { return module < static_cast<int>(m_network->modules.size()) ? qs(m_network->modules[static_cast<std::size_t>(module)].type) : tr("none"); };
    const bool single = !m_freezeList->text().trimmed().isEmpty();
    m_freeze->setEnabled(!single);
    if (!understood) {
        m_freezeText->setText(tr("Not understood: give numbers, or names such as model.4.m.0"));
    } else if (modules.empty() && told.freezeNames.empty()) {
        m_freezeText->setText(tr("<b>Nothing frozen</b>"));
    } else if (single) {
        QStringList words;
        for (const int module : modules)
            words << tr("%1 %2").arg(QString::number(module), typeOf(module));
        for (const std::string& name : told.freezeNames)
            words << qs(name);
        m_freezeText->setText(tr("<b>Only</b> %1").arg(words.mid(0, 4).join(QStringLiteral(", ")) + (words.size() > 4 ? QStringLiteral(" …") : QString())));
        m_freezeText->setToolTip(words.join(QStringLiteral(", ")));
    } else {
        const int count = static_cast<int>(modules.size());
        m_freezeText->setText(tr("<b>First %1 layers</b>, up to %2 %3").arg(QString::number(count), QString::number(count - 1), typeOf(count - 1)));
    }
}

} // namespace intersect::ui
