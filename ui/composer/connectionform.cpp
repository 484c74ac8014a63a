// SPDX-License-Identifier: MIT
#include "ui/composer/connectionform.h"

#include "ui/fieldnote.h"
#include "ui/fontfollower.h"

#include <QtCore/QScopedValueRollback>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QSpinBox>

#include <algorithm>
#include <limits>

namespace Retryscope {

namespace {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

QSpinBox *limitBox()
{
    auto *box = new QSpinBox;
    box->setRange(0, std::numeric_limits<int>::max());
    box->setSuffix(ConnectionForm::tr(" ms"));
    box->setSpecialValueText(ConnectionForm::tr("none"));
    box->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    box->setKeyboardTracking(false);
    // As wide as ten minutes need, not as its largest number would.
    box->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    followFont(box, [box] {
        box->setMinimumWidth(box->fontMetrics().horizontalAdvance(u"600000 ms"_s) + 40);
    });
    return box;
}

void setLimit(QSpinBox *box, milliseconds limit)
{
    box->setValue(
        static_cast<int>(std::clamp<qint64>(limit.count(), 0, std::numeric_limits<int>::max())));
}

} // namespace

ConnectionForm::ConnectionForm(QWidget *parent)
    : QWidget(parent)
    , m_connect(limitBox())
    , m_firstByte(limitBox())
    , m_idleBytes(limitBox())
    , m_idleEvents(limitBox())
    , m_total(limitBox())
    , m_proxy(new QLineEdit)
    , m_noProxy(new QLineEdit)
    , m_authorities(new QLineEdit)
    , m_retryOn(new QLineEdit)
    , m_tap(new QCheckBox(tr("Through the tap")))
    , m_http2(new QCheckBox(tr("HTTP/2 allowed")))
    , m_insecure(new QCheckBox(tr("Accept any certificate")))
    , m_maybeProcessed(new QCheckBox(tr("Retry what may have been processed")))
    , m_idempotencyKey(new QCheckBox(tr("Send an Idempotency-Key")))
    , m_note(new FieldNote(m_proxy))
{
    m_tap->setToolTip(tr("Without it there are no faults, and nothing is measured on the wire"));
    m_maybeProcessed->setToolTip(
        tr("Also an attempt whose request had left: it may be processed, and paid, twice"));
    m_idempotencyKey->setToolTip(
        tr("The same on all attempts of one request, for endpoints that know it"));
    buildLayout();
    load(Scenario());
    for (QSpinBox *box : {m_connect, m_firstByte, m_idleBytes, m_idleEvents, m_total})
        connect(box, &QSpinBox::valueChanged, this, &ConnectionForm::edit);
    for (QLineEdit *field : {m_proxy, m_noProxy, m_authorities, m_retryOn})
        connect(field, &QLineEdit::textChanged, this, &ConnectionForm::edit);
    for (QCheckBox *box : {m_tap, m_http2, m_insecure, m_maybeProcessed, m_idempotencyKey}) {
        box->setAccessibleName(box->text());
        connect(box, &QCheckBox::toggled, this, &ConnectionForm::edit);
    }
}

void ConnectionForm::buildLayout()
{
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 4, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    addLimit(grid, 0, tr("Connect"), m_connect,
             tr("For name, connection and TLS of an attempt. None: Qt's 30 s an address, and "
                "none at all for TLS"));
    addLimit(grid, 1, tr("First byte"), m_firstByte,
             tr("From the request having left to the head of the answer"));
    addLimit(grid, 2, tr("Silence"), m_idleBytes, tr("Without a byte of the answer"));
    addLimit(grid, 3, tr("No content"), m_idleEvents,
             tr("Without an event that carries content: signs of life do not count"));
    addLimit(grid, 4, tr("Total"), m_total, tr("All attempts, all waits and the answer together"));
    addText(grid, 3, tr("Retry on"), m_retryOn, u"dns,connect,tls,certificate,io,http2"_s);
    addText(grid, 4, tr("Proxy"), m_proxy, tr("none, env, or a URL such as socks5://host:1080"));
    addText(grid, 5, tr("No proxy for"), m_noProxy, tr("hosts, with commas between"));
    addText(grid, 6, tr("Authorities"), m_authorities, tr("PEM file, trusted beside the system's"));
    grid->addWidget(m_note, 7, 0, 1, 4);
    grid->addWidget(m_tap, 8, 0, 1, 2);
    grid->addWidget(m_http2, 8, 2, 1, 2);
    grid->addWidget(m_insecure, 9, 0, 1, 4);
    grid->addWidget(m_maybeProcessed, 10, 0, 1, 4);
    grid->addWidget(m_idempotencyKey, 11, 0, 1, 4);
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(3, 1);
    grid->setRowStretch(12, 1);
}

void ConnectionForm::addLimit(QGridLayout *grid, int place, const QString &label, QSpinBox *box,
                              const QString &toolTip)
{
    auto *words = new QLabel(label);
    words->setBuddy(box);
    words->setToolTip(toolTip);
    box->setAccessibleName(tr("%1 limit").arg(label));
    box->setToolTip(toolTip);
    grid->addWidget(words, place / 2, place % 2 * 2);
    grid->addWidget(box, place / 2, place % 2 * 2 + 1);
}

void ConnectionForm::addText(QGridLayout *grid, int row, const QString &label, QLineEdit *field,
                             const QString &placeholder)
{
    auto *words = new QLabel(label);
    words->setBuddy(field);
    field->setAccessibleName(label);
    field->setPlaceholderText(placeholder);
    grid->addWidget(words, row, 0);
    grid->addWidget(field, row, 1, 1, 3);
}

QList<InputError> ConnectionForm::store(Scenario *scenario) const
{
    scenario->timeouts.connect = milliseconds(m_connect->value());
    scenario->timeouts.firstByte = milliseconds(m_firstByte->value());
    scenario->timeouts.idleBytes = milliseconds(m_idleBytes->value());
    scenario->timeouts.idleEvents = milliseconds(m_idleEvents->value());
    scenario->timeouts.total = milliseconds(m_total->value());
    const QString proxy = m_proxy->text().trimmed();
    scenario->proxy = ProxyChoice::fromText(proxy.isEmpty() ? u"none"_s : proxy);
    scenario->proxy.noProxy = m_noProxy->text().trimmed();
    scenario->caFile = m_authorities->text().trimmed();
    scenario->useTap = m_tap->isChecked();
    scenario->allowHttp2 = m_http2->isChecked();
    scenario->insecure = m_insecure->isChecked();
    scenario->policy.retryMaybeProcessed = m_maybeProcessed->isChecked();
    scenario->policy.idempotencyKey = m_idempotencyKey->isChecked();
    QStringList names;
    const QStringList typed = m_retryOn->text().split(u',', Qt::SkipEmptyParts);
    for (const QString &name : typed)
        names.append(name.trimmed());
    const auto kinds = retryKindsFromNames(names);
    if (!kinds)
        return {kinds.error()};
    scenario->policy.retryOn = *kinds;
    return {};
}

void ConnectionForm::load(const Scenario &scenario)
{
    const QScopedValueRollback guard(m_isFilling, true);
    setLimit(m_connect, scenario.timeouts.connect);
    setLimit(m_firstByte, scenario.timeouts.firstByte);
    setLimit(m_idleBytes, scenario.timeouts.idleBytes);
    setLimit(m_idleEvents, scenario.timeouts.idleEvents);
    setLimit(m_total, scenario.timeouts.total);
    m_proxy->setText(scenario.proxy.toText());
    m_noProxy->setText(scenario.proxy.noProxy);
    m_authorities->setText(scenario.caFile);
    m_retryOn->setText(retryKindNames(scenario.policy.retryOn).join(u','));
    m_tap->setChecked(scenario.useTap);
    m_http2->setChecked(scenario.allowHttp2);
    m_insecure->setChecked(scenario.insecure);
    m_maybeProcessed->setChecked(scenario.policy.retryMaybeProcessed);
    m_idempotencyKey->setChecked(scenario.policy.idempotencyKey);
    setProblem({});
}

void ConnectionForm::setProblem(const QString &message)
{
    m_note->setMessage(message);
}

QWidget *ConnectionForm::entry() const
{
    return m_proxy;
}

void ConnectionForm::edit()
{
    if (m_isFilling)
        return;
    Scenario scenario;
    const QList<InputError> errors = store(&scenario);
    setProblem(errors.isEmpty() ? QString() : errors.first().message);
    Q_EMIT edited();
}

} // namespace Retryscope
