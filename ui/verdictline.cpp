// SPDX-License-Identifier: MIT
#include "ui/verdictline.h"

#include "ui/fontfollower.h"
#include "ui/theme.h"
#include "ui/timeline/timelinepainter.h"

#include <QtGui/QPainter>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>

namespace Retryscope {

namespace {

constexpr int markWidth = 30;

} // namespace

VerdictLine::VerdictLine(QWidget *parent) : QFrame(parent), m_label(new QLabel)
{
    m_label->setWordWrap(true);
    m_label->setTextFormat(Qt::PlainText);
    m_label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_label->setAccessibleName(tr("Verdict"));
    followFont(m_label,
               [this] { m_label->setMinimumHeight(m_label->fontMetrics().lineSpacing() * 2); });
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(markWidth + 4, 5, 6, 5);
    layout->addWidget(m_label, 1);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
}

void VerdictLine::setVerdict(State state, const QString &sentence, bool simulated)
{
    m_state = state;
    m_simulated = simulated;
    if (m_label->text() != sentence) {
        m_label->setText(sentence);
        // A label with an accessible name hides its text from screen readers.
        m_label->setAccessibleDescription(sentence);
    }
    update();
}

QString VerdictLine::sentence() const
{
    return m_label->text();
}

QColor VerdictLine::stateColor() const
{
    const Theme &theme = Theme::current();
    switch (m_state) {
    case State::Idle:
        return theme.hatch();
    case State::Running:
        return theme.phase(TimelinePhase::Connect);
    case State::Good:
        return theme.success();
    case State::Bad:
        return theme.failure();
    }
    return theme.text();
}

void VerdictLine::paintMark(QPainter *painter) const
{
    const QPointF center(18.0, height() / 2.0);
    switch (m_state) {
    case State::Idle:
        break;
    case State::Running:
        painter->setPen(Qt::NoPen);
        painter->setBrush(stateColor());
        painter->drawEllipse(center, 5.0, 5.0);
        break;
    case State::Good:
        TimelinePainter::paintTick(painter, center, 7.0, stateColor());
        break;
    case State::Bad:
        TimelinePainter::paintCross(painter, center, 6.0, stateColor());
        break;
    }
}

void VerdictLine::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), theme.background());
    painter.fillRect(QRect(0, 0, 4, height()), stateColor());
    painter.setPen(QPen(m_simulated ? theme.simulated() : theme.grid(), 1.0));
    painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
    paintMark(&painter);
}

} // namespace Retryscope
