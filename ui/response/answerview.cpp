// SPDX-License-Identifier: MIT
#include "ui/response/answerview.h"

#include "ui/response/textstore.h"
#include "ui/response/textview.h"
#include "ui/response/tracedigest.h"

#include <QtWidgets/QLabel>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace Retryscope {

namespace {

// In UTF-16 units: some milliseconds of searching.
constexpr qint64 SearchSlice = 1024 * 1024;

} // namespace

AnswerView::AnswerView(QWidget *parent) : QWidget(parent), m_search(SearchSlice)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    m_lanes = {makeLane(tr("Reasoning"), tr("Reasoning")), makeLane(QString(), tr("Answer text")),
               makeLane(tr("Tool calls"), tr("Tool calls")),
               makeLane(tr("Refusal and errors"), tr("Refusal and errors"))};
    for (const Lane &lane : m_lanes) {
        layout->addWidget(lane.label);
        layout->addWidget(lane.view, lane.label->text().isEmpty() ? 3 : 1);
    }
    connect(&m_search, &SlicedSearch::finished, this,
            [this](qint64 place) { Q_EMIT searched(place >= 0); });
    show(nullptr);
}

AnswerView::Lane AnswerView::makeLane(const QString &title, const QString &accessibleName)
{
    Lane lane{new QLabel(title), new TextView};
    lane.label->setBuddy(lane.view);
    lane.view->setFrameShape(QFrame::NoFrame);
    lane.view->viewport()->setBackgroundRole(QPalette::Base);
    lane.view->setAccessibleName(accessibleName);
    return lane;
}

void AnswerView::showLane(const Lane &lane, const TextStore *store)
{
    const bool isEmpty = !store || store->isEmpty();
    const bool isAlways = lane.label->text().isEmpty();
    if (store != lane.view->store())
        lane.view->setStore(store);
    else
        lane.view->showMore();
    lane.view->setVisible(isAlways || !isEmpty);
    lane.label->setVisible(!isAlways && !isEmpty);
}

void AnswerView::show(const AttemptDigest *digest)
{
    const int attempt = digest ? digest->attempt : 0;
    if (attempt != m_attempt || !digest) {
        m_search.stop();
        m_lastFound = 0;
    }
    m_attempt = attempt;
    showLane(m_lanes.at(0), digest ? &digest->reasoning : nullptr);
    showLane(m_lanes.at(1), digest ? &digest->text : nullptr);
    showLane(m_lanes.at(2), digest ? &digest->tools : nullptr);
    showLane(m_lanes.at(3), digest ? &digest->refusal : nullptr);
    const bool isFailed = digest && !digest->failure.isEmpty() && digest->text.isEmpty();
    m_lanes.at(1).view->setPlaceholderText(
        isFailed ? tr("Attempt %1 failed before any text came.").arg(attempt) : QString());
}

void AnswerView::find(const QString &text)
{
    qint64 size = 0;
    qint64 from = 0;
    for (std::size_t i = 0; i < m_lanes.size(); ++i) {
        const TextView *view = m_lanes[i].view;
        if (i == m_lastFound && view->selectionBegin() < view->selectionEnd())
            from = size + view->selectionBegin() + 1;
        size += view->size();
    }
    m_search.start(from, size, [this, text](qint64 begin, qint64 end) {
        return findInLanes(text, begin, end);
    });
}

//! Places are counted through all lanes, one behind the other.
qint64 AnswerView::findInLanes(const QString &text, qint64 from, qint64 end)
{
    qint64 before = 0;
    for (std::size_t i = 0; i < m_lanes.size(); ++i) {
        TextView *view = m_lanes[i].view;
        const qint64 begin = std::max<qint64>(from - before, 0);
        const qint64 found = view->store() ? view->store()->indexOf(text, begin, end - before) : -1;
        if (found >= 0) {
            m_lastFound = i;
            view->select(found, text.size());
            return before + found;
        }
        before += view->size();
    }
    return -1;
}

bool AnswerView::stopSearch()
{
    return m_search.stop();
}

} // namespace Retryscope
