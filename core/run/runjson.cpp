// SPDX-License-Identifier: MIT
#include "core/run/runjson_p.h"

#include <QtCore/QMetaEnum>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

template <typename Enum>
QString nameOf(Enum value)
{
    return QString::fromLatin1(QMetaEnum::fromType<Enum>().valueToKey(static_cast<int>(value)));
}

} // namespace

QString enumName(FailureKind kind)
{
    return nameOf(kind);
}

QString enumName(TimeoutKind kind)
{
    return nameOf(kind);
}

QString enumName(AttemptPhase phase)
{
    return nameOf(phase);
}

QString enumName(Safety safety)
{
    return nameOf(safety);
}

QString enumName(RetryReason reason)
{
    return nameOf(reason);
}

QString enumName(QNetworkReply::NetworkError error)
{
    return nameOf(error);
}

QJsonObject failureToJson(const Failure &failure, bool simulated)
{
    QJsonObject json{{u"kind"_s, enumName(failure.kind)},
                     {u"phase"_s, enumName(failure.phase)},
                     {u"safety"_s, enumName(failure.safety)},
                     {u"qt_error"_s, static_cast<int>(failure.qtError)},
                     {u"qt_error_name"_s, enumName(failure.qtError)},
                     {u"qt_error_string"_s, failure.qtErrorString},
                     {u"cause"_s, failure.cause},
                     {u"message"_s, failure.message},
                     {u"address"_s, failure.address},
                     {u"simulated"_s, simulated}};
    if (failure.timeout)
        json.insert(u"timeout"_s, enumName(*failure.timeout));
    return json;
}

QJsonObject decisionToJson(const RetryDecision &decision)
{
    QJsonObject json{{u"retry"_s, decision.retry}, {u"reason"_s, enumName(decision.reason)}};
    if (decision.retry || decision.reason == RetryReason::DeadlineWouldExceed) {
        json.insert(u"base_us"_s, qint64(decision.base.count()));
        json.insert(u"factor"_s, decision.factor);
        json.insert(u"delay_us"_s, qint64(decision.delay.count()));
    }
    return json;
}

QJsonValue seedToJson(quint64 seed)
{
    constexpr quint64 exact = quint64(1) << 53;
    return seed <= exact ? QJsonValue(static_cast<qint64>(seed))
                         : QJsonValue(QString::number(seed));
}

} // namespace Retryscope
