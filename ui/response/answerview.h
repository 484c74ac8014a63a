// SPDX-License-Identifier: MIT
#pragma once

#include "ui/response/slicedsearch.h"

#include <QtWidgets/QWidget>

#include <array>

QT_BEGIN_NAMESPACE
class QLabel;
QT_END_NAMESPACE

namespace Retryscope {

class TextStore;
class TextView;
struct AttemptDigest;

//! \brief The assembled answer, with lanes of their own for reasoning, tool calls and refusals
//! where there are any.
class AnswerView final : public QWidget
{
    Q_OBJECT
public:
    explicit AnswerView(QWidget *parent = nullptr);

    //! An attempt's text, and what is new in it. Borrowed until something else is shown. Null:
    //! nothing.
    void show(const AttemptDigest *digest);
    //! Looks for the next place of \a text in the lanes, from the top again behind the last one;
    //! searched() tells. It does not block.
    void find(const QString &text);
    //! Ends a search that is under way; false: there is none.
    bool stopSearch();

Q_SIGNALS:
    void searched(bool found);

private:
    struct Lane
    {
        QLabel *label = nullptr;
        TextView *view = nullptr;
    };

    Lane makeLane(const QString &title, const QString &accessibleName);
    static void showLane(const Lane &lane, const TextStore *store);
    qint64 findInLanes(const QString &text, qint64 from, qint64 end);

    std::array<Lane, 4> m_lanes;
    int m_attempt = 0;
    SlicedSearch m_search;
    std::size_t m_lastFound = 0; // the lane
};

} // namespace Retryscope
