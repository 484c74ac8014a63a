// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/base/result.h"
#include "core/fault/faultplan.h"
#include "core/llm/chatrequest.h"
#include "core/llm/dialect.h"
#include "core/retry/proxysettings.h"
#include "core/retry/retrypolicy.h"
#include "core/run/endpoint.h"

#include <QtCore/QByteArray>
#include <QtCore/QJsonObject>
#include <QtCore/QList>
#include <QtCore/QString>

#include <optional>

QT_BEGIN_NAMESPACE
class QProcessEnvironment;
QT_END_NAMESPACE

namespace Retryscope {

//! \brief Where the requests of a run get their proxy from.
struct RETRYSCOPE_EXPORT ProxyChoice
{
    enum class Kind { None, Environment, Explicit };
    Kind kind = Kind::None;
    //! Only with Explicit: as ProxySettings reads it.
    QString url;
    //! Hosts that are reached straight, in addition to those of the environment's NO_PROXY where
    //! that is asked.
    QString noProxy;

    //! "none", "env" or "environment", or the proxy's URL. Scenario::validate() judges the URL.
    static ProxyChoice fromText(const QString &text);
    //! What fromText() reads. The hosts of noProxy are not part of it.
    QString toText() const;

    //! What is chosen; errors name "proxy", "no_proxy" or a variable of \a environment.
    ProxySettings settings(const QProcessEnvironment &environment) const;

    friend bool operator==(const ProxyChoice &, const ProxyChoice &) = default;
};

//! The kinds of "dns,connect,tls,certificate,io,http2" that are named, or which name is unknown.
RETRYSCOPE_EXPORT Result<RetryPolicy::Kinds> retryKindsFromNames(const QStringList &names);
//! What retryKindsFromNames() reads, in the order above.
RETRYSCOPE_EXPORT QStringList retryKindNames(RetryPolicy::Kinds kinds);

//! \brief What to do: endpoint, dialect, chat or raw body, policy, timeouts, fault plan, seed. A
//! value, and a JSON file. Holds the name of the variable that has the key, never the key.
struct RETRYSCOPE_EXPORT Scenario
{
    static constexpr int Schema = 1;

    QString endpoint = QStringLiteral("sandbox");
    QString dialect = QStringLiteral("openai-chat");
    //! Used unless there is a raw body, or the dialect is raw.
    ChatRequest chat;
    //! Sent as it is; must be JSON unless the dialect is raw. Without one a raw request has no
    //! body.
    std::optional<QByteArray> rawBody;
    QByteArray method = QByteArrayLiteral("POST");
    //! Beside those of the dialect; a name may occur more than once.
    QList<HeaderField> headers;
    //! The environment variable that holds the key; empty: no key.
    QString keyVariable;

    RetryPolicy policy;
    Timeouts timeouts;
    FaultPlan faults;
    //! With which each entry of the plan strikes, from 0 to 1; the seed decides. For endpoints that
    //! fail now and then.
    double faultChance = 1.0;
    //! Of the jitter, of which faults strike, and of the sandbox's answer.
    quint64 seed = 1;

    ProxyChoice proxy;
    //! False: straight QNetworkAccessManager, no faults, no wire events.
    bool useTap = true;
    //! The tap may end TLS itself where an attempt's fault lies within it. The endpoint is still
    //! judged by the rules of this scenario; the request then trusts an authority of the tap's,
    //! too, which exists only in this process.
    bool terminateTls = false;
    bool allowHttp2 = true;
    //! Accept any certificate of the endpoint.
    bool insecure = false;
    //! A PEM file of authorities to trust beside the system's.
    QString caFile;

    //! The scenario of the first start: sandbox, a short prompt, "dns,refused,ok".
    static Scenario example();

    //! A copy whose secret headers and query parameters hold Redactor::mark() instead: what is
    //! saved and recorded. validate() refuses to send the mark.
    Scenario withoutSecrets() const;

    QJsonObject toJson() const;
    //! Indented JSON.
    QByteArray toText() const;
    //! Missing members have their defaults; an unknown member or a wrong type is an error that
    //! names it.
    static Result<Scenario> fromJson(const QJsonObject &json);
    //! The error's offset is a byte offset where the text is not JSON.
    static Result<Scenario> fromText(const QByteArray &text);

    //! Any HTTP request: Dialect::raw().
    bool isRaw() const;

    //! What \a body is sent as where no header says otherwise; empty: it is none.
    QByteArray contentType(const QByteArray &body) const;

    //! The faults that strike with this seed.
    FaultPlan drawnFaults() const;

    //! Everything that is wrong with it, in the order of the form; nothing is sent unless this is
    //! empty.
    QList<InputError> validate() const;

    friend bool operator==(const Scenario &, const Scenario &) = default;
};

} // namespace Retryscope
