// SPDX-License-Identifier: MIT
#include "ui/composer/endpointbar.h"

#include "core/llm/dialect.h"
#include "ui/composer/keyfield.h"
#include "ui/fieldnote.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

namespace Retryscope {

EndpointBar::EndpointBar(QWidget *parent)
    : QWidget(parent)
    , m_dialect(new QComboBox)
    , m_endpoint(new QLineEdit)
    , m_key(new KeyField)
    , m_send(new QPushButton(tr("Send")))
    , m_endpointNote(new FieldNote(m_endpoint))
    , m_keyNote(new FieldNote(m_key->valueField()))
    , m_facts(new FieldNote(m_dialect))
{
    for (const Dialect *dialect : Dialect::all())
        m_dialect->addItem(dialect->name(), dialect->id());
    m_dialect->addItem(tr("Raw HTTP"), Dialect::raw()->id());
    m_dialect->setAccessibleName(tr("Dialect"));
    m_endpoint->setAccessibleName(tr("Endpoint"));
    m_endpoint->setPlaceholderText(tr("sandbox, or the URL of an endpoint"));
    m_endpoint->setToolTip(tr("\u201csandbox\u201d is an endpoint inside this program. Otherwise a "
                              "base URL (https://host/v1) or the whole endpoint."));
    m_send->setAccessibleName(tr("Send"));
    m_send->setToolTip(tr("Send the request (Ctrl+Return)"));
    m_send->setDefault(true);
    buildLayout();
    connect(m_dialect, &QComboBox::activated, this, &EndpointBar::dialectChosen);
    connect(m_endpoint, &QLineEdit::textEdited, this, &EndpointBar::edited);
    connect(m_key, &KeyField::edited, this, &EndpointBar::edited);
}

void EndpointBar::buildLayout()
{
    const auto label = [](const QString &text, QWidget *buddy) {
        auto *l = new QLabel(text);
        l->setBuddy(buddy);
        return l;
    };
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(8, 6, 8, 6);
    grid->setHorizontalSpacing(6);
    grid->setVerticalSpacing(2);
    grid->addWidget(label(tr("&Dialect"), m_dialect), 0, 0);
    grid->addWidget(m_dialect, 0, 1);
    grid->addWidget(label(tr("&Endpoint"), m_endpoint), 0, 2);
    grid->addWidget(m_endpoint, 0, 3);
    grid->addWidget(label(tr("&Key"), m_key->sourceField()), 0, 4);
    grid->addWidget(m_key, 0, 5);
    grid->addWidget(m_send, 0, 6);
    grid->addWidget(m_endpointNote, 1, 3);
    grid->addWidget(m_keyNote, 1, 4, 1, 3);
    grid->addWidget(m_facts, 2, 1, 1, 6);
    grid->setColumnStretch(3, 1);
    m_send->setMinimumWidth(96);
}

const Dialect *EndpointBar::dialect() const
{
    return Dialect::find(m_dialect->currentData().toString());
}

void EndpointBar::setDialect(const QString &id)
{
    const int index = m_dialect->findData(id);
    if (index >= 0)
        m_dialect->setCurrentIndex(index);
}

QString EndpointBar::endpoint() const
{
    return m_endpoint->text();
}

void EndpointBar::setEndpoint(const QString &endpoint)
{
    if (m_endpoint->text() != endpoint)
        m_endpoint->setText(endpoint);
}

void EndpointBar::setEndpointProblem(const QString &message)
{
    m_endpointNote->setMessage(message);
}

void EndpointBar::setDialectFacts(const QString &facts)
{
    m_facts->setHint(facts);
}

void EndpointBar::setKeyProblem(const QString &message)
{
    m_keyNote->setMessage(message);
}

} // namespace Retryscope
