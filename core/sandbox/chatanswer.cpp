// SPDX-License-Identifier: MIT
#include "core/sandbox/chatanswer_p.h"

#include "core/sandbox/answertext_p.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QtEndian>

#include <algorithm>

namespace Retryscope {

namespace {

// Always the same moment (1 January 2026), because the same request must give the same bytes.
constexpr const char *created = "1767225600";

//! A JSON text in pieces of a few characters, as models send arguments, each escaped to stand in a
//! JSON string.
QList<QByteArray> argumentPieces(const QString &arguments)
{
    constexpr qsizetype pieceLength = 6;
    QList<QByteArray> pieces;
    for (qsizetype begin = 0; begin < arguments.size();) {
        qsizetype length = std::min(pieceLength, arguments.size() - begin);
        // Half a surrogate pair is no text.
        if (arguments[begin + length - 1].isHighSurrogate())
            ++length;
        const QByteArray quoted = jsonString(arguments.sliced(begin, length));
        pieces += quoted.sliced(1, quoted.size() - 2);
        begin += length;
    }
    return pieces;
}

} // namespace

ChatAnswer::ChatAnswer(const ChatCall &call, const QByteArray &digest, int tokens, quint64 seed)
    : m_model(jsonString(call.model))
    , m_promptTokens(call.promptTokens)
    , m_includeUsage(call.includeUsage)
{
    QByteArray material = digest;
    material.resize(digest.size() + qsizetype(sizeof seed));
    qToBigEndian(seed, material.data() + digest.size());
    const QByteArray mixed = QCryptographicHash::hash(material, QCryptographicHash::Sha256);
    m_id = "chatcmpl-sandbox" + mixed.first(10).toHex();
    if (call.tool) {
        m_toolName = jsonString(call.tool->name);
        m_pieces = argumentPieces(call.tool->arguments);
    } else {
        m_pieces = answerTokens(tokens, qFromBigEndian<quint64>(mixed.constData()));
    }
    if (call.maxTokens && *call.maxTokens < m_pieces.size()) {
        m_pieces.resize(*call.maxTokens);
        m_cutByLimit = true;
    }
}

QByteArray ChatAnswer::header(const char *object) const
{
    return "{\"id\":\"" + m_id + "\",\"object\":\"" + object + "\",\"created\":" + created
           + ",\"model\":" + m_model + ",\"system_fingerprint\":\"fp_sandbox\",";
}

QByteArray ChatAnswer::event(qsizetype index) const
{
    if (index == eventCount() - 1)
        return QByteArrayLiteral("data: [DONE]\n\n");
    const QByteArray start = "data: " + header("chat.completion.chunk");
    if (index > finishIndex())
        return start + "\"choices\":[],\"usage\":" + usage() + "}\n\n";
    const QByteArray reason = index == finishIndex() ? finishReason() : QByteArray("null");
    return start + "\"choices\":[{\"index\":0,\"delta\":" + delta(index)
           + ",\"logprobs\":null,\"finish_reason\":" + reason + "}]"
           + (m_includeUsage ? ",\"usage\":null" : "") + "}\n\n";
}

QByteArray ChatAnswer::delta(qsizetype index) const
{
    if (index == 0)
        return isToolCall() ? "{\"role\":\"assistant\",\"content\":null}"
                            : "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}";
    if (index == finishIndex())
        return "{}";
    if (!isToolCall())
        return "{\"content\":\"" + m_pieces[index - firstPiece()] + "\"}";
    if (index < firstPiece())
        return "{\"tool_calls\":[{\"index\":0,\"id\":\"call_" + m_id.last(20)
               + "\",\"type\":\"function\",\"function\":{\"name\":" + m_toolName
               + ",\"arguments\":\"\"}}]}";
    return "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\""
           + m_pieces[index - firstPiece()] + "\"}}]}";
}

qsizetype ChatAnswer::beat(qsizetype index) const
{
    const qsizetype piece = index - firstPiece();
    return std::clamp<qsizetype>(piece, 0, std::max<qsizetype>(m_pieces.size() - 1, 0));
}

QByteArray ChatAnswer::finishReason() const
{
    return m_cutByLimit ? "\"length\"" : isToolCall() ? "\"tool_calls\"" : "\"stop\"";
}

QByteArray ChatAnswer::usage() const
{
    const qsizetype total = m_promptTokens + m_pieces.size();
    return "{\"prompt_tokens\":" + QByteArray::number(m_promptTokens) + ",\"completion_tokens\":"
           + QByteArray::number(m_pieces.size()) + ",\"total_tokens\":" + QByteArray::number(total)
           + ",\"prompt_tokens_details\":{\"cached_tokens\":0},"
             "\"completion_tokens_details\":{\"reasoning_tokens\":0}}";
}

QByteArray ChatAnswer::completion() const
{
    const QByteArray text = m_pieces.join();
    QByteArray message = "{\"role\":\"assistant\",\"content\":";
    if (isToolCall())
        message += "null,\"refusal\":null,\"tool_calls\":[{\"id\":\"call_" + m_id.last(20)
                   + "\",\"type\":\"function\",\"function\":{\"name\":" + m_toolName
                   + ",\"arguments\":\"" + text + "\"}}]}";
    else
        message += "\"" + text + "\",\"refusal\":null}";
    return header("chat.completion") + "\"choices\":[{\"index\":0,\"message\":" + message
           + ",\"logprobs\":null,\"finish_reason\":" + finishReason() + "}],\"usage\":" + usage()
           + "}\n";
}

} // namespace Retryscope
