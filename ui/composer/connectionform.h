// SPDX-License-Identifier: MIT
#pragma once

#include "core/run/scenario.h"

#include <QtWidgets/QWidget>

QT_BEGIN_NAMESPACE
class QCheckBox;
class QGridLayout;
class QLineEdit;
class QSpinBox;
QT_END_NAMESPACE

namespace Retryscope {

class FieldNote;

//! \brief How the request travels and how long it may: the timeouts, the proxy, the tap, TLS and
//! HTTP/2, and which failures are retried.
class ConnectionForm final : public QWidget
{
    Q_OBJECT
public:
    explicit ConnectionForm(QWidget *parent = nullptr);

    //! Writes its fields into \a scenario. Empty, or what is wrong with them.
    QList<InputError> store(Scenario *scenario) const;
    void load(const Scenario &scenario);
    void setProblem(const QString &message);

    QWidget *entry() const;

Q_SIGNALS:
    void edited();

private:
    void buildLayout();
    void addLimit(QGridLayout *grid, int place, const QString &label, QSpinBox *box,
                  const QString &toolTip);
    void addText(QGridLayout *grid, int row, const QString &label, QLineEdit *field,
                 const QString &placeholder);
    void edit();

    QSpinBox *m_connect;
    QSpinBox *m_firstByte;
    QSpinBox *m_idleBytes;
    QSpinBox *m_idleEvents;
    QSpinBox *m_total;
    QLineEdit *m_proxy;
    QLineEdit *m_noProxy;
    QLineEdit *m_authorities;
    QLineEdit *m_retryOn;
    QCheckBox *m_tap;
    QCheckBox *m_http2;
    QCheckBox *m_insecure;
    QCheckBox *m_maybeProcessed;
    QCheckBox *m_idempotencyKey;
    FieldNote *m_note;
    bool m_isFilling = false;
};

} // namespace Retryscope
