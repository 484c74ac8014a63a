// SPDX-License-Identifier: MIT
#pragma once

#include "ui/response/slicedsearch.h"
#include "ui/response/tracedigest.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

#include <chrono>

QT_BEGIN_NAMESPACE
class QLabel;
class QTabWidget;
class QTableView;
QT_END_NAMESPACE

namespace Retryscope {

class AnswerView;
class EventsModel;
class FindBar;
class HeadersView;
class QtErrorView;
class RawView;
class TlsView;
class Trace;

//! \brief What arrived, for one attempt: text, events, bytes, headers, TLS, Qt error. Follows the
//! trace at most 40 times a second, however many events come.
class ResponsePane final : public QWidget
{
    Q_OBJECT
public:
    explicit ResponsePane(QWidget *parent = nullptr);
    ~ResponsePane() override;

    //! Shows the last attempt of this trace, and follows it. Borrowed; it may be destroyed first.
    void setTrace(Trace *trace);
    //! Shows this attempt and stays with it; 0: the last one, whichever that is.
    void showAttempt(int attempt);
    int shownAttempt() const;
    //! The trace is over: show everything now.
    void flush();

    const TraceDigest &digest() const { return m_digest; }

    QString qtErrorText() const;
    void stepEvent(int direction);
    void goToLongestGap();
    void showTab(int tab);
    //! To the chain of certificates.
    void showTls();
    QWidget *entry() const;
    //! A field to search the text, the events or the bytes with, whichever is shown.
    void openFind();
    void findNext();

Q_SIGNALS:
    //! The end of what findNext() began.
    void searched(bool found);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void linkRaw();
    void selectBytesOfEvent();
    void findEvent(const QString &text);
    bool stopSearch();
    void goToEvent(int row);
    void buildTable();
    void refresh();
    void readOn();
    void picture(bool isBehind);
    void showDigest();
    QString statisticsWords(const AttemptDigest &digest) const;

    TraceDigest m_digest;
    QTimer m_timer;
    QElapsedTimer m_sinceShown;
    std::chrono::milliseconds m_pause{0}; // between two pictures
    SlicedSearch m_eventSearch;
    int m_attempt = 0;
    QTabWidget *m_tabs;
    AnswerView *m_answer;
    EventsModel *m_events;
    QTableView *m_table;
    RawView *m_raw;
    HeadersView *m_headers;
    TlsView *m_tls;
    QtErrorView *m_qtError;
    QLabel *m_statistics;
    FindBar *m_find;
};

} // namespace Retryscope
