// SPDX-License-Identifier: MIT
#include "ui/composer/composer.h"

#include "core/run/variables.h"
#include "core/trace/redactor.h"
#include "core/trace/variablereference.h"
#include "ui/composer/connectionform.h"
#include "ui/composer/dialectwords.h"
#include "ui/composer/endpointbar.h"
#include "ui/composer/headerseditor.h"
#include "ui/composer/keyfield.h"
#include "ui/composer/parameterfields.h"
#include "ui/composer/requestdocument.h"
#include "ui/composer/requestform.h"
#include "ui/composer/requestpane.h"
#include "ui/composer/toolsfield.h"
#include "ui/faults/faultplaneditor.h"
#include "ui/policy/policyeditor.h"

#include <QtCore/QProcessEnvironment>
#include <QtCore/QScopedValueRollback>
#include <QtWidgets/QLineEdit>

#include <algorithm>

namespace Retryscope {

namespace {

using namespace Qt::StringLiterals;

// A field is a path of names: "policy.jitter" belongs to "policy", "faults[2]" to "faults".
bool belongsTo(const QString &field, QLatin1StringView name)
{
    if (!field.startsWith(name))
        return false;
    const QStringView rest = QStringView(field).mid(name.size());
    return rest.isEmpty() || rest.front() == u'.' || rest.front() == u'[';
}

bool isRequestField(const QString &field)
{
    for (const auto name : {"request"_L1, "chat"_L1, "rawBody"_L1, "body"_L1, "messages"_L1,
                            "model"_L1, "message"_L1, "prompt"_L1})
        if (belongsTo(field, name))
            return true;
    return false;
}

bool isFaultField(const QString &field)
{
    return belongsTo(field, "faults"_L1) || belongsTo(field, "faultPlan"_L1)
           || belongsTo(field, "fault"_L1);
}

bool isKeyField(const QString &field)
{
    return belongsTo(field, "key"_L1) || belongsTo(field, "keyVariable"_L1)
           || belongsTo(field, "key_env"_L1);
}

bool isHeadersField(const QString &field)
{
    return belongsTo(field, "headers"_L1) || belongsTo(field, "method"_L1);
}

bool isConnectionField(const QString &field)
{
    return belongsTo(field, "proxy"_L1) || belongsTo(field, "no_proxy"_L1)
           || belongsTo(field, "ca_file"_L1) || belongsTo(field, "timeouts"_L1)
           || belongsTo(field, "policy.retry_on"_L1);
}

//! As it would be sent: with the values of variables.
Result<Endpoint> parseEndpoint(const QString &typed, const Dialect &dialect,
                               const ChatRequest &chat)
{
    if (!holdsVariables(typed))
        return Endpoint::parse(typed, dialect, chat.model, chat.stream);
    const auto environment = QProcessEnvironment::systemEnvironment();
    const Result<QString> expanded =
        expandVariables(typed, environment, u"endpoint"_s, Composer::tr("the endpoint"));
    if (!expanded)
        return expanded.error();
    Result<Endpoint> endpoint = Endpoint::parse(*expanded, dialect, chat.model, chat.stream);
    if (endpoint)
        return endpoint;
    // Not the sentence itself: it may quote a value, and that may be a key in the wrong field.
    return InputError{
        u"endpoint"_s,
        Composer::tr("With the values of its variables this is not the URL of an endpoint."),
        {}};
}

} // namespace

Composer::Composer(QObject *parent)
    : QObject(parent)
    , m_document(new RequestDocument(this))
    , m_bar(new EndpointBar)
    , m_request(new RequestPane(m_document))
    , m_faults(new FaultPlanEditor)
    , m_policy(new PolicyEditor)
{
    connectFields();
}

void Composer::connectFields()
{
    connect(m_bar, &EndpointBar::edited, this, [this] {
        m_bar->setKeyProblem({});
        edit();
    });
    connect(m_bar, &EndpointBar::dialectChosen, this, [this] {
        m_document->setDialect(m_bar->dialect());
        edit();
    });
    connect(m_document, &RequestDocument::changed, this, &Composer::edit);
    connect(m_request->form()->parameters(), &ParameterFields::toggled, this, &Composer::edit);
    connect(m_request->form()->tools(), &ToolsField::toggled, this, &Composer::edit);
    connect(m_request->form()->tools(), &ToolsField::problemChanged, this, &Composer::edit);
    connect(m_faults, &FaultPlanEditor::edited, this, &Composer::edit);
    connect(m_policy, &PolicyEditor::edited, this, &Composer::edit);
    connect(m_request->headers(), &HeadersEditor::edited, this, &Composer::edit);
    connect(m_request->connection(), &ConnectionForm::edited, this, &Composer::edit);
}

void Composer::edit()
{
    if (m_loading)
        return;
    // What is told to the fault editor makes it look again, and must not come back here.
    const QScopedValueRollback guard(m_loading, true);
    validate();
    Q_EMIT edited();
}

void Composer::validate()
{
    const Dialect *dialect = m_document->dialect();
    if (!dialect)
        return;
    const ChatRequest &chat = m_document->chat();
    const Result<Endpoint> endpoint = parseEndpoint(m_bar->endpoint(), *dialect, chat);
    m_bar->setEndpointProblem(endpoint ? QString() : endpoint.error().message);
    m_bar->setDialectFacts(dialectWords(*dialect, endpoint ? endpoint->url : QUrl(), chat));
    if (!endpoint)
        return;
    const Result<FaultPlan> plan = m_faults->plan();
    m_faults->setSurroundings(endpoint->speaksTls(plan && plan->needsTls()), endpoint->isSandbox,
                              m_policy->policy().maxRetries);
}

Scenario Composer::typed() const
{
    Scenario scenario = m_base;
    scenario.endpoint = m_bar->endpoint().trimmed();
    m_document->store(&scenario);
    scenario.keyVariable = m_bar->key()->variable();
    scenario.policy = m_policy->policy();
    m_request->connection()->store(&scenario);
    scenario.method = m_request->headers()->method();
    if (const auto headers = m_request->headers()->headers())
        scenario.headers = *headers;
    scenario.faultChance = m_faults->chance();
    scenario.terminateTls = m_faults->terminatesTls();
    if (const auto plan = m_faults->armedPlan())
        scenario.faults = *plan;
    if (const auto seed = m_faults->seed())
        scenario.seed = *seed;
    return scenario;
}

Composition Composer::compose() const
{
    Composition composition{typed(), {}, {}};
    const auto collect = [&composition](const auto &result, const QString &field) {
        if (result)
            return;
        InputError error = result.error();
        error.field = field;
        composition.errors.append(error);
    };
    if (m_document->error())
        composition.errors.append(*m_document->error());
    if (const auto &problem = m_request->form()->tools()->problem())
        composition.errors.append(*problem);
    collect(m_faults->armedPlan(), u"faults"_s);
    collect(m_faults->seed(), u"seed"_s);
    collect(m_request->headers()->headers(), u"headers"_s);
    Scenario ignored;
    composition.errors.append(m_request->connection()->store(&ignored));
    const Result<QByteArray> key = m_bar->key()->key();
    collect(key, u"key"_s);
    if (key)
        composition.key = *key;
    return composition;
}

void Composer::setScenario(const Scenario &scenario)
{
    {
        const QScopedValueRollback guard(m_loading, true);
        m_base = scenario;
        m_bar->setDialect(scenario.dialect);
        m_bar->setEndpoint(scenario.endpoint);
        m_bar->key()->setVariable(scenario.keyVariable);
        m_request->form()->tools()->setUnfinished({});
        m_document->load(scenario);
        m_policy->setPolicy(scenario.policy);
        m_request->headers()->set(scenario.method, scenario.headers);
        m_request->connection()->load(scenario);
        m_faults->setPlan(scenario.faults);
        m_faults->setChance(scenario.faultChance);
        m_faults->setSeed(scenario.seed);
        m_faults->setTerminatesTls(scenario.terminateTls);
        m_faults->setArmed(true);
    }
    clearErrors();
    edit();
}

void Composer::clearErrors()
{
    m_bar->setKeyProblem({});
    m_request->form()->setProblem(u"model"_s, {});
    if (m_document->fitsForm())
        m_request->form()->setProblem(u"message"_s, {});
    m_policy->setProblem({});
    m_request->headers()->setProblem({});
    m_request->connection()->setProblem({});
    const QScopedValueRollback guard(m_loading, true);
    validate();
}

bool Composer::place(const InputError &error)
{
    const QString &field = error.field;
    if (belongsTo(field, "endpoint"_L1) || belongsTo(field, "url"_L1)
        || belongsTo(field, "dialect"_L1))
        m_bar->setEndpointProblem(error.message);
    else if (isKeyField(field))
        m_bar->setKeyProblem(error.message);
    else if (isFaultField(field))
        m_faults->setProblem(error.message);
    else if (belongsTo(field, "seed"_L1) || belongsTo(field, "tools"_L1))
        return true; // the editor says so as it is typed
    else if (isHeadersField(field))
        m_request->headers()->setProblem(error.message);
    else if (isConnectionField(field))
        m_request->connection()->setProblem(error.message);
    else if (belongsTo(field, "policy"_L1))
        m_policy->setProblem(error.message);
    else if (isRequestField(field) && m_document->fitsForm())
        m_request->form()->setProblem(field, error.message);
    else
        return isRequestField(field) && m_document->error();
    return true;
}

void Composer::focus(const InputError &error)
{
    if (belongsTo(error.field, "tools"_L1))
        m_request->showTools();
    else if (isRequestField(error.field) && !m_document->fitsForm())
        m_request->showMistake();
    else if (isRequestField(error.field))
        (error.field.contains("model"_L1) ? m_request->form()->modelField()
                                          : m_request->form()->messageField())
            ->setFocus(Qt::OtherFocusReason);
    else if (isHeadersField(error.field))
        m_request->showHeaders();
    else if (isConnectionField(error.field))
        m_request->showConnection();
    else if (isFaultField(error.field))
        m_faults->entry()->setFocus(Qt::OtherFocusReason);
    else if (isKeyField(error.field))
        m_bar->key()->valueField()->setFocus(Qt::OtherFocusReason);
    else if (belongsTo(error.field, "endpoint"_L1))
        m_bar->endpointField()->setFocus(Qt::OtherFocusReason);
}

QList<InputError> Composer::showErrors(const QList<InputError> &errors)
{
    clearErrors();
    QList<InputError> homeless;
    for (const InputError &error : errors) {
        if (!place(error))
            homeless.append(error);
    }
    if (!errors.isEmpty())
        focus(errors.first());
    return homeless;
}

QJsonObject Composer::state() const
{
    Scenario scenario = typed().withoutSecrets();
    // A header that carries a key would end up in a file by way of this one.
    scenario.headers.removeIf(
        [](const HeaderField &header) { return header.value == Redactor::mark().toUtf8(); });
    const QJsonObject state{{u"scenario"_s, scenario.toJson()},
                            {u"endpoint"_s, scenario.endpoint},
                            {u"key"_s, m_bar->key()->state()},
                            {u"json"_s, m_document->text()},
                            {u"headers"_s, m_request->headers()->textWithoutSecrets()},
                            {u"faults"_s, m_faults->state()},
                            {u"tab"_s, m_request->currentTab()},
                            {u"parameters"_s, m_request->form()->parameters()->isOpen()},
                            {u"toolsOpen"_s, m_request->form()->tools()->isOpen()},
                            {u"tools"_s, m_request->form()->tools()->unfinished()}};
    // Whoever typed the key may have typed it elsewhere, too.
    Redactor redactor;
    if (!m_bar->key()->namesVariable())
        redactor.addSecret(m_bar->key()->typedKey());
    return redactor.json(state, Redactor::Rules::ByValueOnly);
}

void Composer::restore(const QJsonObject &state)
{
    const auto scenario = Scenario::fromJson(state.value("scenario"_L1).toObject());
    setScenario(scenario ? *scenario : Scenario::example());
    {
        // The texts come after the scenario, which cannot hold those that have a mistake in them.
        const QScopedValueRollback guard(m_loading, true);
        m_bar->setEndpoint(state.value("endpoint"_L1).toString(m_base.endpoint));
        m_bar->key()->restore(state.value("key"_L1).toObject());
        if (state.contains("json"_L1))
            m_document->setText(state.value("json"_L1).toString());
        if (state.contains("headers"_L1))
            m_request->headers()->setText(state.value("headers"_L1).toString());
        if (state.contains("faults"_L1))
            m_faults->restore(state.value("faults"_L1).toObject());
        m_request->setCurrentTab(state.value("tab"_L1).toInt());
        m_request->form()->parameters()->setOpen(state.value("parameters"_L1).toBool());
        m_request->form()->tools()->setOpen(state.value("toolsOpen"_L1).toBool());
        if (const QString unfinished = state.value("tools"_L1).toString(); !unfinished.isEmpty())
            m_request->form()->tools()->setUnfinished(unfinished);
    }
    edit();
}

} // namespace Retryscope
