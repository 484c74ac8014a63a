// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/dialect.h"

namespace Retryscope {

//! \brief OpenAI's Chat Completions, and what the many compatible servers make of it.
//!
//! Two conventions of ChatRequest::extra, so that no request is changed by a trip through the form:
//! a "messages" there is what is sent, whatever the form holds; and a null "stream_options" keeps
//! toJson() from asking for usage, which some compatible servers refuse.
class OpenAiChat final : public Dialect
{
public:
    QString id() const override;
    QString name() const override;
    QString path() const override;
    QString defaultModel() const override;
    QList<HeaderField> authentication(const QByteArray &key) const override;
    QJsonObject toJson(const ChatRequest &request) const override;
    Result<ChatRequest> fromJson(const QJsonObject &json) const override;
    std::unique_ptr<EventReader> createEventReader() const override;
    EventReading readWhole(QByteArrayView body) const override;
    QString errorMessage(QByteArrayView body) const override;
    QByteArray requestIdHeader() const override;
};

} // namespace Retryscope
