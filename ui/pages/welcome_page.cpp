// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/welcome_page.h"

#include <QAbstractButton>
#include <QDir>
#include <QDirIterator>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QImageReader>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>
#include <QScrollArea>

#include "core/runs/workspace.h"
#include "ui/nav_rail.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/panes.h"

namespace intersect::ui {

namespace {

constexpr QSize kThumb(112, 63);

/// One recent workspace as it is on disk now.
struct RecentFacts {
    QString folder;
    bool there = false;
    QString data;
    int runs = 0, selections = 0;
    QDateTime used;
    QImage frame;
};

QString agoText(const QDateTime& when) {
    const QLocale english(QLocale::English);
    const qint64 days = when.date().daysTo(QDate::currentDate());
    if (days <= 0)
        return WelcomePage::tr("today %1").arg(when.toString(QStringLiteral("HH:mm")));
    if (days == 1)
        return WelcomePage::tr("yesterday");
    return english.toString(when.date(), QStringLiteral("d MMMM"));
}

RecentFacts lookAt(const QString& folder) {
    RecentFacts facts;
    facts.folder = folder;
    const auto workspace = runs::openWorkspace(toPath(folder));
    facts.there = workspace.has_value();
    if (!workspace)
        return facts;
    facts.data = qs(workspace->dataRoot.filename());
    facts.runs = int(runs::runNames(*workspace).size());
    facts.selections = int(runs::selectionNames(*workspace).size());
    facts.used = QFileInfo(folder + QStringLiteral("/runs")).lastModified();
    QDirIterator files(qs(workspace->dataRoot),
                       {QStringLiteral("*.jpg"), QStringLiteral("*.jpeg"), QStringLiteral("*.png")}, QDir::Files,
                       QDirIterator::Subdirectories);
    if (files.hasNext()) {
        QImageReader reader(files.next());
        reader.setScaledSize(kThumb * 2);
        facts.frame = reader.read();
    }
    return facts;
}

/// A row of the recent list; clicking anywhere opens it.
class RecentRow : public QAbstractButton {
public:
    RecentRow(RecentFacts facts, QWidget* parent) : QAbstractButton(parent), m_facts(std::move(facts)) {
        setAccessibleName(Session::workspaceTitle(m_facts.folder));
        setToolTip(m_facts.folder);
        setFocusPolicy(m_facts.there ? Qt::StrongFocus : Qt::NoFocus);
        setMinimumHeight(79);
        setCursor(m_facts.there ? Qt::PointingHandCursor : Qt::ArrowCursor);
    }
    QSize sizeHint() const override { return {420, 79}; }

protected:
    void enterEvent(QEnterEvent*) override { update(); }
    void leaveEvent(QEvent*) override { update(); }
    void paintEvent(QPaintEvent*) override {
        const Theme& theme = Theme::instance();
        const Palette& c = theme.palette();
        QPainter painter(this);
        painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
        if ((underMouse() || hasFocus()) && m_facts.there) {
            painter.setPen(hasFocus() ? QPen(c.accent, 2) : QPen(Qt::NoPen));
            painter.setBrush(c.hover);
            painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 5, 5);
        }
        const QRectF thumb(12, 8, kThumb.width(), kThumb.height());
        QPainterPath round;
        round.addRoundedRect(thumb, 4, 4);
        painter.save();
        painter.setClipPath(round);
        painter.fillRect(thumb, c.sunken);
        if (!m_facts.frame.isNull())
            painter.drawImage(thumb, m_facts.frame);
        else
            theme.icon(QStringLiteral("folder")).paint(&painter, thumb.toRect().adjusted(44, 20, -44, -19));
        painter.restore();
        const int left = int(thumb.right()) + 15, right = m_facts.there ? 100 : 120;
        QFont strong = Theme::font(FontRole::Body);
        strong.setWeight(QFont::DemiBold);
        painter.setFont(strong);
        painter.setPen(c.text);
        const QString name = Session::workspaceTitle(m_facts.folder);
        painter.drawText(QRect(left, 12, width() - left - right, 18), Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(name, Qt::ElideMiddle, width() - left - right));
        painter.setFont(Theme::font(FontRole::Table));
        painter.setPen(c.text2);
        painter.drawText(QRect(left, 31, width() - left - right, 17), Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(m_facts.there ? m_facts.data : QDir(m_facts.folder).path(),
                                                          Qt::ElideMiddle, width() - left - right));
        painter.setPen(m_facts.there ? c.text2 : c.err);
        const QString counts = WelcomePage::tr("%n selection(s)", nullptr, m_facts.selections) + QStringLiteral(", ") +
                               WelcomePage::tr("%n run(s)", nullptr, m_facts.runs);
        painter.drawText(QRect(left, 48, width() - left - 12, 17), Qt::AlignLeft | Qt::AlignVCenter,
                         m_facts.there ? plural(counts) : WelcomePage::tr("folder not found"));
        if (m_facts.there) {
            painter.setFont(Theme::font(FontRole::Caption));
            painter.setPen(c.text3);
            painter.drawText(QRect(width() - 112, 0, 100, height()), Qt::AlignRight | Qt::AlignVCenter,
                             agoText(m_facts.used));
        }
    }

private:
    /// Without a translation file English plurals are ours to make.
    static QString plural(QString text) {
        const QStringList parts = text.split(QStringLiteral(", "));
        QStringList fixed;
        for (QString part : parts) {
            const bool one = part.startsWith(QStringLiteral("1 "));
            fixed << part.replace(QStringLiteral("(s)"), one ? QString() : QStringLiteral("s"));
        }
        return fixed.join(QStringLiteral(", "));
    }
    RecentFacts m_facts;
};

/// "Select -> Train -> Evaluate" at the foot.
class StepWidget : public QWidget {
public:
    StepWidget(const QString& icon, const QString& word, const QString& line, QWidget* parent) : QWidget(parent) {
        auto* picture = new QLabel(this);
        const auto paint = [picture, icon] {
            picture->setPixmap(Theme::instance().icon(icon).pixmap(QSize(20, 20), picture->devicePixelRatioF()));
        };
        paint();
        QObject::connect(&Theme::instance(), &Theme::changed, picture, paint);
        auto* row = new QHBoxLayout(this);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(10);
        row->addWidget(picture);
        auto* column = new QVBoxLayout;
        column->setSpacing(0);
        column->addWidget(makeHeading(word, this));
        auto* hint = new QLabel(line, this);
        hint->setFont(Theme::font(FontRole::Caption));
        hint->setProperty("dim", QStringLiteral("3"));
        column->addWidget(hint);
        row->addLayout(column);
    }
};

} // namespace

WelcomePage::WelcomePage(Session& session, QWidget* parent) : QWidget(parent), m_session(session) {
    setObjectName(QStringLiteral("welcomePage"));
    setAttribute(Qt::WA_StyledBackground);
    setProperty("pane", QStringLiteral("surface"));

    auto* mark = new QLabel(this);
    const auto paintMark = [mark] { mark->setPixmap(markPixmap(44, mark->devicePixelRatioF())); };
    paintMark();
    connect(&Theme::instance(), &Theme::changed, mark, paintMark);
    auto* name = new QLabel(QStringLiteral("Intersect"), this);
    QFont large = Theme::font(FontRole::PageTitle);
    large.setPixelSize(30);
    name->setFont(large);
    auto* line = new QLabel(
        tr("Choose the frames worth labelling, fine-tune a vehicle detector, and see what it learnt."), this);
    QFont lineFont = Theme::font(FontRole::Body);
    lineFont.setPixelSize(15);
    line->setFont(lineFont);
    line->setProperty("dim", QStringLiteral("2"));
    line->setWordWrap(true);

    auto* folder =
        new ActionCard(QStringLiteral("folder"), tr("Open dataset folder"),
                       tr("A folder of camera folders, with or without labels"), QStringLiteral("Ctrl O"), this);
    folder->setObjectName(QStringLiteral("openFolderButton"));
    m_sample = new ActionCard(QStringLiteral("data"), tr("Open sample"),
                              tr("Six drawn cameras, ready in a few seconds"), {}, this);
    m_sample->setObjectName(QStringLiteral("openSampleButton"));
    auto* workspace =
        new ActionCard(QStringLiteral("link"), tr("Open workspace"), tr("Go on with selections and runs made before"),
                       QStringLiteral("Ctrl Shift O"), this);
    workspace->setObjectName(QStringLiteral("openWorkspaceButton"));
    connect(folder, &QAbstractButton::clicked, this, &WelcomePage::openDatasetAsked);
    connect(workspace, &QAbstractButton::clicked, this, &WelcomePage::openWorkspaceAsked);
    connect(m_sample, &QAbstractButton::clicked, this, [this] {
        m_session.openSample();
        if (m_session.isPreparingSample())
            m_sample->setLine(tr("Drawing the frames …"));
    });
    connect(&m_session, &Session::failed, this,
            [this] { m_sample->setLine(tr("Six drawn cameras, ready in a few seconds")); });

    auto* start = new QVBoxLayout;
    start->setSpacing(10);
    start->addWidget(makeHeading(tr("Start"), this));
    start->addWidget(folder);
    start->addWidget(m_sample);
    start->addWidget(workspace);
    auto* hint = makeHint(tr("You can also drop a folder on this window. Your frames are only read; everything new "
                             "goes into a workspace folder of its own."),
                          this);
    start->addWidget(hint);
    start->addStretch(1);

    m_recent = new QWidget(this);
    m_recent->setObjectName(QStringLiteral("recentList"));
    m_rows = new QVBoxLayout(m_recent);
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(2);
    auto* recent = new QVBoxLayout;
    recent->setSpacing(6);
    auto* recentHeading = makeHeading(tr("Recent workspaces"), this);
    recentHeading->setContentsMargins(12, 0, 0, 0);
    recent->addWidget(recentHeading);
    recent->addWidget(m_recent);
    recent->addStretch(1);

    auto* columns = new QHBoxLayout;
    columns->setSpacing(48);
    columns->addLayout(start, 10);
    columns->addLayout(recent, 12);

    auto* steps = new QHBoxLayout;
    const auto arrow = [this] {
        auto* label = new QLabel(this);
        const auto paint = [label] {
            label->setPixmap(Theme::instance()
                                 .icon(QStringLiteral("chevron-right"))
                                 .pixmap(QSize(16, 16), label->devicePixelRatioF()));
        };
        paint();
        connect(&Theme::instance(), &Theme::changed, label, paint);
        return label;
    };
    steps->addWidget(
        new StepWidget(QStringLiteral("select"), tr("Select"), tr("a few hundred frames under a budget"), this));
    steps->addStretch(1);
    steps->addWidget(arrow());
    steps->addStretch(1);
    steps->addWidget(new StepWidget(QStringLiteral("train"), tr("Train"), tr("a vehicle detector on them"), this));
    steps->addStretch(1);
    steps->addWidget(arrow());
    steps->addStretch(1);
    steps->addWidget(
        new StepWidget(QStringLiteral("evaluate"), tr("Evaluate"), tr("and see where it still fails"), this));

    auto* body = new QWidget(this);
    body->setMaximumWidth(1010);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    auto* title = new QHBoxLayout;
    title->setSpacing(16);
    title->addWidget(mark);
    title->addWidget(name, 1);
    column->addLayout(title);
    column->addWidget(line);
    column->addSpacing(24);
    column->addLayout(columns);
    column->addSpacing(20);
    column->addWidget(makeSeparator(body));
    column->addSpacing(12);
    column->addLayout(steps);
    auto* centre = new QHBoxLayout;
    centre->addStretch(1);
    centre->addWidget(body, 20);
    centre->addStretch(1);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(24, 24, 24, 24);
    whole->addStretch(2);
    whole->addLayout(centre);
    whole->addStretch(3);
    fillRecent();
}

void WelcomePage::fillRecent() {
    const QStringList folders = Session::recentWorkspaces().mid(0, 4);
    m_pictures.start(
        [folders](const JobRunner::Cancelled& cancelled) {
            QList<RecentFacts> facts;
            for (const QString& folder : folders)
                if (!cancelled())
                    facts << lookAt(folder);
            return facts;
        },
        [this](const QList<RecentFacts>& all) {
            while (QLayoutItem* item = m_rows->takeAt(0)) {
                delete item->widget();
                delete item;
            }
            if (all.isEmpty()) {
                auto* none = makeHint(tr("None yet. What you open stands here next time."), m_recent);
                none->setContentsMargins(12, 4, 0, 0);
                m_rows->addWidget(none);
            }
            for (const RecentFacts& facts : all) {
                auto* row = new RecentRow(facts, m_recent);
                if (facts.there) {
                    connect(row, &QAbstractButton::clicked, this,
                            [this, folder = facts.folder] { m_session.openWorkspace(folder); });
                } else {
                    auto* locateButton = new QPushButton(tr("Locate…"), row);
                    locateButton->setProperty("small", true);
                    locateButton->setObjectName(QStringLiteral("locateButton"));
                    auto* inside = new QHBoxLayout(row);
                    inside->setContentsMargins(0, 0, 12, 0);
                    inside->addStretch(1);
                    inside->addWidget(locateButton);
                    connect(locateButton, &QPushButton::clicked, this,
                            [this, folder = facts.folder] { locate(folder); });
                }
                m_rows->addWidget(row);
            }
        });
}

void WelcomePage::locate(const QString& missing) {
    const QString found =
        QFileDialog::getExistingDirectory(this, tr("Where is %1 now?").arg(Session::workspaceTitle(missing)));
    if (found.isEmpty())
        return;
    Session::forgetWorkspace(missing);
    m_session.openWorkspace(found);
}

QString WelcomePage::helpText() {
    return tr("Open a folder of camera folders: each folder that holds pictures is a camera, and what lies above it is "
              "a pool. Labels in YOLO text lie beside the pictures or in a folder "
              "named labels.\n\nEverything Intersect makes goes into a workspace folder of its own, so your frames "
              "stay as they are. The sample has six drawn cameras to try every page on.");
}

} // namespace intersect::ui
