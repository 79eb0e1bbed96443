// SPDX-License-Identifier: GPL-3.0-or-later
// The Data page: what is done with frames, by keys, buttons and the menu.
#include <QApplication>
#include <QClipboard>
#include <QCoreApplication>
#include <QDesktopServices>
#include <QFileDialog>
#include <QKeyEvent>
#include <QMenu>
#include <QUrl>

#include "core/base/numbers.h"
#include "ui/pages/data_page.h"
#include "ui/text.h"
#include "ui/widgets/health_view.h"

namespace intersect::ui {
namespace {

bool isIn(FrameUse use) {
    return use == FrameUse::Chosen || use == FrameUse::Train || use == FrameUse::Val;
}

} // namespace

void DataPage::chooseFolder() {
    const QString folder = QFileDialog::getExistingDirectory(this, tr("A folder of camera folders"));
    if (!folder.isEmpty())
        session().openDataset(folder);
}

void DataPage::inspect(const std::filesystem::path& path) {
    Q_EMIT session().pageRequested(QStringLiteral("inspect"));
    Q_EMIT session().frameRequested(qs(path));
}

void DataPage::showHealth(bool on) {
    if (on)
        m_health->setFindings(m_dataset, m_marks);
    m_gridTools->setVisible(!on);
    m_viewStack->setCurrentIndex(on ? 1 : 0);
}

std::vector<std::filesystem::path> DataPage::chosenFiles() const {
    std::vector<std::filesystem::path> files;
    for (const int row : m_grid->chosenRows())
        files.push_back(m_dataset->frames[m_frames->frameAt(row)].path);
    return files;
}

void DataPage::pickChosen() {
    if (!m_dataset || !m_marks)
        return;
    // If all are in they go out, else those that are not come in; test frames stay what they are.
    std::vector<std::filesystem::path> in, out;
    std::size_t test = 0;
    for (const int row : m_grid->chosenRows()) {
        const std::uint32_t frame = m_frames->frameAt(row);
        const FrameUse use = m_marks->use[frame];
        if (use == FrameUse::Test)
            ++test;
        else
            (isIn(use) ? in : out).push_back(m_dataset->frames[frame].path);
    }
    m_said.clear();
    if (out.empty() && in.empty()) {
        if (test > 0) {
            m_said = tr("A frame of the test list is never trained on.");
            showCurrent();
        }
        return;
    }
    if (out.empty())
        m_picker.pick({}, in);
    else
        m_picker.pick(out, {});
}

void DataPage::showMenu(const QPoint& at) {
    if (!m_dataset)
        return;
    const std::vector<std::filesystem::path> files = chosenFiles();
    if (files.empty())
        return;
    const QString many = qs(formatGrouped(static_cast<std::int64_t>(files.size())));
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("frameMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QModelIndex current = m_grid->currentIndex();
    const std::filesystem::path file = current.isValid() ? m_dataset->frames[m_frames->frameAt(current.row())].path : files.front();
    menu->addAction(tr("Open in Inspect"), this, [this, file] { inspect(file); })->setObjectName(QStringLiteral("inspectAction"));
    menu->addAction(files.size() == 1 ? tr("Copy path") : tr("Copy %1 paths").arg(many), this, [files] {
            QStringList paths;
            for (const auto& path : files)
                paths << qs(path);
            QApplication::clipboard()->setText(paths.join(QLatin1Char('\n')));
        })->setObjectName(QStringLiteral("copyPathAction"));
    menu->addAction(tr("Show in folder"), this, [file] { QDesktopServices::openUrl(QUrl::fromLocalFile(qs(file.parent_path()))); })
        ->setObjectName(QStringLiteral("showInFolderAction"));
    menu->addSeparator();
    bool someIn = false, someOut = false;
    for (const int row : m_grid->chosenRows()) {
        const FrameUse use = m_marks ? m_marks->use[m_frames->frameAt(row)] : FrameUse::Test;
        someIn = someIn || isIn(use);
        someOut = someOut || (!isIn(use) && use != FrameUse::Test);
    }
    const auto pick = [this, files](bool add) {
        m_said.clear();
        if (add)
            m_picker.pick(files, {});
        else
            m_picker.pick({}, files);
    };
    QAction* add = menu->addAction(files.size() == 1 ? tr("Add to selection") : tr("Add %1 to selection").arg(many), this, [pick] { pick(true); });
    add->setObjectName(QStringLiteral("addAction"));
    add->setEnabled(someOut);
    QAction* remove = menu->addAction(files.size() == 1 ? tr("Remove from selection") : tr("Remove %1 from selection").arg(many), this, [pick] { pick(false); });
    remove->setObjectName(QStringLiteral("removeAction"));
    remove->setEnabled(someIn);
    menu->addSeparator();
    QAction* undo = menu->addAction(tr("Undo"), &m_picker, &SelectionPicker::undo);
    undo->setEnabled(m_picker.canUndo());
    QAction* redo = menu->addAction(tr("Redo"), &m_picker, &SelectionPicker::redo);
    redo->setEnabled(m_picker.canRedo());
    menu->popup(at);
}

void DataPage::keyPressEvent(QKeyEvent* event) {
    // Keys that no control of the page wanted belong to the grid.
    switch (event->key()) {
    case Qt::Key_J:
    case Qt::Key_K:
    case Qt::Key_B:
    case Qt::Key_S:
    case Qt::Key_Home:
    case Qt::Key_End:
        if ((event->modifiers() & ~Qt::ShiftModifier) == 0 && m_stack->currentIndex() == 0 && m_viewStack->currentIndex() == 0) {
            QCoreApplication::sendEvent(m_grid, event);
            return;
        }
        break;
    default: break;
    }
    Page::keyPressEvent(event);
}

void DataPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    m_grid->setFocus();
    showCurrent(); // the status line is this page's again
}

QStringList DataPage::command() const {
    if (!session().workspace())
        return {};
    return {QStringLiteral("scan"), qs(session().workspace()->dataRoot)};
}

QString DataPage::helpText() const {
    return tr("The tree lists pools and their cameras; the bar says how many frames the current selection uses. The map above the grid has one "
              "segment per camera and one tick per used frame in time order; click it to jump, drag to scroll.\n\n"
              "Filters hold together, and those about boxes speak of the same boxes: truck, large, from 2 boxes shows frames with at least two large "
              "trucks. The number in a chip says how many frames it would show. Hours that go backwards, 20 to 6, mean the night. Sort by most boxes to see the "
              "fullest first.\n\n"
              "J and K or the arrows go from frame to frame, with Shift they mark several, Home and End go to the first and last, B shows and hides boxes, "
              "S adds the marked frames to the selection or takes them out, Ctrl+Z takes that back. A triangle marks frames with findings; the pane at "
              "the right names them with their label line.\n\n"
              "Health lists what is wrong or suspect by kind. Look deeper decodes every picture and compares them all; nothing is changed or deleted.");
}

} // namespace intersect::ui
