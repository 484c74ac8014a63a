// SPDX-License-Identifier: MIT
#include "ui/response/responsepane.h"

#include "core/trace/trace.h"
#include "ui/fontfollower.h"
#include "ui/response/answerview.h"
#include "ui/response/eventsmodel.h"
#include "ui/response/findbar.h"
#include "ui/response/headersview.h"
#include "ui/response/hexrow.h"
#include "ui/response/qterrorview.h"
#include "ui/response/rawview.h"
#include "ui/response/tlsview.h"
#include "ui/timeline/timelinewords.h"

#include <QtCore/QItemSelectionModel>
#include <QtCore/QLocale>
#include <QtCore/QSignalBlocker>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QTabBar>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QTableView>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace Retryscope {

namespace {

using namespace std::chrono_literals;

// With what a picture takes, an event is seen 50 ms after its last byte.
constexpr auto frame = 25ms;
// Of one refresh, for reading the trace: a saved one may be ahead by millions of events.
constexpr auto readingSlice = 10ms;
// Events: each is a piece of JSON to be read.
constexpr qint64 searchSlice = 4'000;

} // namespace

ResponsePane::ResponsePane(QWidget *parent)
    : QWidget(parent)
    , m_eventSearch(searchSlice)
    , m_tabs(new QTabWidget)
    , m_answer(new AnswerView)
    , m_events(new EventsModel(&m_digest, this))
    , m_table(new QTableView)
    , m_raw(new RawView)
    , m_headers(new HeadersView)
    , m_tls(new TlsView)
    , m_qtError(new QtErrorView)
    , m_statistics(new QLabel)
    , m_find(new FindBar)
{
    buildTable();
    linkRaw();
    connect(m_find, &QLineEdit::returnPressed, this, &ResponsePane::findNext);
    m_tabs->setDocumentMode(true);
    m_tabs->tabBar()->setAccessibleName(tr("Answer view"));
    m_tabs->addTab(m_answer, tr("Text"));
    m_tabs->addTab(m_table, tr("Events"));
    m_tabs->addTab(m_raw, tr("Raw"));
    m_tabs->addTab(m_headers, tr("Headers"));
    m_tabs->addTab(m_tls, tr("TLS"));
    m_tabs->addTab(m_qtError, tr("Qt error"));
    m_statistics->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_tabs, 1);
    layout->addWidget(m_find);
    layout->addWidget(m_statistics);
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &ResponsePane::readOn);
    connect(m_tabs, &QTabWidget::currentChanged, this, &ResponsePane::refresh);
    refresh();
}

ResponsePane::~ResponsePane() = default;

void ResponsePane::buildTable()
{
    m_table->setModel(m_events);
    m_table->setAccessibleName(tr("Events"));
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setAlternatingRowColors(true);
    m_table->setWordWrap(false);
    // The chunks of a stream begin alike; what tells them apart stands at their end.
    m_table->setTextElideMode(Qt::ElideMiddle);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    followFont(m_table, [this] {
        m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height() + 6);
        const int digit = m_table->fontMetrics().horizontalAdvance(u'0');
        const int widths[] = {7, 10, 10, 11, 9, 21};
        for (int column = 0; column < EventsModel::DataColumn; ++column)
            m_table->setColumnWidth(column, widths[column] * digit);
    });
}

void ResponsePane::setTrace(Trace *trace)
{
    m_events->clear();
    m_answer->show(nullptr);
    if (const Trace *old = m_digest.trace())
        disconnect(old, nullptr, this, nullptr);
    m_eventSearch.stop();
    m_digest.setTrace(trace);
    m_attempt = 0;
    if (trace) {
        connect(trace, &Trace::eventAppended, this, [this] {
            if (!m_timer.isActive())
                m_timer.start();
        });
        // The table reads straight from the trace.
        connect(trace, &QObject::destroyed, m_events, &EventsModel::clear);
    }
    refresh();
}

void ResponsePane::showAttempt(int attempt)
{
    if (attempt != m_attempt)
        m_eventSearch.stop();
    m_attempt = attempt;
    refresh();
}

int ResponsePane::shownAttempt() const
{
    return m_attempt > 0 ? m_attempt : m_digest.lastAttempt();
}

void ResponsePane::flush()
{
    picture(m_digest.update());
}

void ResponsePane::refresh()
{
    picture(m_digest.update(QDeadlineTimer(readingSlice)));
}

//! Where the trace is far ahead, reading goes on between two pictures.
void ResponsePane::readOn()
{
    const bool isBehind = m_digest.update(QDeadlineTimer(readingSlice));
    if (isBehind && !m_sinceShown.hasExpired(m_pause.count()))
        m_timer.start(std::chrono::milliseconds(0));
    else
        picture(isBehind);
}

void ResponsePane::picture(bool isBehind)
{
    m_sinceShown.start();
    showDigest();
    // Where that is costly (a paragraph of a hundred thousand characters) it comes less often, so
    // that at least three quarters of the time stay for everything else.
    const std::chrono::milliseconds cost(m_sinceShown.elapsed());
    m_pause = std::max<std::chrono::milliseconds>(frame, 3 * cost);
    m_sinceShown.start();
    m_timer.setInterval(isBehind ? std::chrono::milliseconds(0) : m_pause);
    if (isBehind)
        m_timer.start();
    else
        m_timer.stop();
}

void ResponsePane::showDigest()
{
    const int attempt = shownAttempt();
    const AttemptDigest *digest = m_digest.attempt(attempt);
    // Only what is seen is kept up to date; the others follow when they are turned to.
    const QWidget *shown = m_tabs->currentWidget();
    if (shown == m_answer)
        m_answer->show(digest);
    else if (shown == m_table)
        m_events->show(attempt);
    else if (shown == m_raw)
        m_raw->show(m_digest.trace());
    else if (shown == m_headers)
        m_headers->show(digest);
    else if (shown == m_tls)
        m_tls->show(digest);
    else
        m_qtError->show(digest);
    m_statistics->setText(digest ? statisticsWords(*digest) : tr("Nothing has arrived yet."));
}

QString ResponsePane::statisticsWords(const AttemptDigest &digest) const
{
    QStringList parts;
    parts << tr("attempt %1").arg(digest.attempt)
          << tr("%n events", nullptr, static_cast<int>(digest.events.size()));
    if (digest.firstToken)
        parts << tr("first token %1").arg(timeWords(*digest.firstToken - digest.begin));
    if (digest.firstToken && digest.lastToken && *digest.lastToken > *digest.firstToken) {
        const double seconds =
            static_cast<double>((*digest.lastToken - *digest.firstToken).count()) / 1e6;
        const double tokens = static_cast<double>(digest.outputTokens.value_or(digest.textDeltas));
        const QString rate = QString::number(tokens / seconds, 'f', 0);
        parts << (digest.outputTokens ? tr("%1 tokens/s").arg(rate) : tr("%1 deltas/s").arg(rate));
    }
    if (digest.events.size() > 1)
        parts << tr("longest gap %1").arg(timeWords(digest.longestGap));
    const Trace *trace = m_digest.trace();
    if (trace && m_tabs->currentWidget() == m_raw && trace->body().size() > 0)
        parts << tr("body %1").arg(QLocale().formattedDataSize(trace->body().size()));
    if (trace && !trace->body().problem().isEmpty())
        parts << trace->body().problem();
    if (trace && !trace->events().problem().isEmpty())
        parts << tr("%1. The events stay in memory.").arg(trace->events().problem());
    if (!digest.fault.isEmpty())
        parts << tr("simulated: %1").arg(digest.fault);
    return parts.join(QStringLiteral("  \u00b7  "));
}

QString ResponsePane::qtErrorText() const
{
    const AttemptDigest *digest = m_digest.attempt(shownAttempt());
    return digest ? qtErrorReport(*digest) : QString();
}

void ResponsePane::showTab(int tab)
{
    m_tabs->setCurrentIndex(tab);
}

void ResponsePane::showTls()
{
    m_tabs->setCurrentWidget(m_tls);
    m_tls->setFocus(Qt::OtherFocusReason);
}

QWidget *ResponsePane::entry() const
{
    return m_tabs->tabBar();
}

// An event and its bytes are the same thing in two tabs.
void ResponsePane::linkRaw()
{
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &ResponsePane::selectBytesOfEvent);
    connect(m_raw, &RawView::visited, this, [this](qint64 offset) {
        const int row = m_events->rowAt(offset);
        if (row < 0)
            return;
        const QSignalBlocker blocker(m_table->selectionModel());
        m_table->setCurrentIndex(m_events->index(row, EventsModel::TimeColumn));
    });
    connect(m_raw, &RawView::searched, this, &ResponsePane::searched);
    connect(m_answer, &AnswerView::searched, this, &ResponsePane::searched);
    connect(this, &ResponsePane::searched, m_find, &FindBar::showFound);
    connect(&m_eventSearch, &SlicedSearch::finished, this, [this](qint64 row) {
        if (row >= 0)
            goToEvent(static_cast<int>(row));
        Q_EMIT searched(row >= 0);
    });
}

void ResponsePane::selectBytesOfEvent()
{
    const QModelIndex current = m_table->currentIndex();
    if (!current.isValid())
        return;
    const auto [offset, size] = m_events->bytesOf(current.row());
    m_raw->show(m_digest.trace());
    m_raw->select(offset, size);
}

void ResponsePane::openFind()
{
    const QWidget *shown = m_tabs->currentWidget();
    if (shown != m_table && shown != m_raw)
        m_tabs->setCurrentWidget(m_answer);
    m_find->open();
}

void ResponsePane::findNext()
{
    const QString text = m_find->text();
    if (text.isEmpty())
        return openFind();
    stopSearch();
    const QWidget *shown = m_tabs->currentWidget();
    if (shown == m_raw)
        return m_raw->find(HexRow::searched(text));
    if (shown == m_table)
        return findEvent(text);
    m_tabs->setCurrentWidget(m_answer);
    m_answer->find(text);
}

void ResponsePane::findEvent(const QString &text)
{
    m_events->show(shownAttempt());
    m_eventSearch.start(
        m_table->currentIndex().row() + 1, m_events->rowCount(),
        [this, text](qint64 from, qint64 end) {
            return qint64(m_events->find(text, static_cast<int>(from), static_cast<int>(end)));
        });
}

bool ResponsePane::stopSearch()
{
    const bool bytes = m_raw->stopSearch();
    const bool text = m_answer->stopSearch();
    return m_eventSearch.stop() || bytes || text;
}

void ResponsePane::keyPressEvent(QKeyEvent *event)
{
    // Esc stops a run first; without one it comes here.
    if (event->key() == Qt::Key_Escape && stopSearch())
        return;
    if (event->key() == Qt::Key_Escape && m_find->isVisible())
        m_find->hide();
    else
        QWidget::keyPressEvent(event);
}

void ResponsePane::stepEvent(int direction)
{
    if (m_tabs->currentWidget() != m_raw)
        m_tabs->setCurrentWidget(m_table);
    m_events->show(shownAttempt());
    if (m_events->rowCount() == 0)
        return;
    const QModelIndex now = m_table->currentIndex();
    const int row = now.isValid() ? now.row() + direction : 0;
    goToEvent(std::clamp(row, 0, m_events->rowCount() - 1));
}

void ResponsePane::goToEvent(int row)
{
    m_table->setCurrentIndex(m_events->index(row, EventsModel::TimeColumn));
    // Once more after the layout: a table that has just been turned to has no size yet to scroll
    // in.
    QMetaObject::invokeMethod(
        m_table, [table = m_table] { table->scrollTo(table->currentIndex()); },
        Qt::QueuedConnection);
}

void ResponsePane::goToLongestGap()
{
    m_tabs->setCurrentWidget(m_table);
    const AttemptDigest *digest = m_digest.attempt(shownAttempt());
    if (digest && digest->events.size() > 1)
        goToEvent(static_cast<int>(digest->longestGapAt));
}

} // namespace Retryscope
