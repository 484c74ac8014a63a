// SPDX-License-Identifier: MIT
#include "core/sandbox/answercontent_p.h"

#include "core/sandbox/answertext_p.h"
#include "core/sandbox/dialectevent_p.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QtEndian>

#include <algorithm>

namespace Retryscope {

namespace {

constexpr qsizetype argumentPiece = 6;

//! A text in pieces of a few characters, as models send them, each escaped to stand in a JSON
//! string.
QList<QByteArray> piecesOf(const QString &text, qsizetype pieceLength)
{
    QList<QByteArray> pieces;
    for (qsizetype begin = 0; begin < text.size();) {
        qsizetype length = std::min(pieceLength, text.size() - begin);
        // Half a surrogate pair is no text.
        if (text[begin + length - 1].isHighSurrogate() && begin + length < text.size())
            ++length;
        pieces += jsonInner(text.sliced(begin, length));
        begin += length;
    }
    return pieces;
}

//! In words, each with the blank in front of it.
QList<QByteArray> wordsOf(const QString &text)
{
    constexpr qsizetype longestWord = 40;
    QList<QByteArray> pieces;
    for (qsizetype begin = 0; begin < text.size();) {
        qsizetype end = begin + 1;
        while (end < text.size() && !text[end].isSpace())
            ++end;
        pieces += piecesOf(text.sliced(begin, end - begin), longestWord);
        begin = end;
    }
    return pieces;
}

bool isWide(const QByteArray &piece)
{
    return std::any_of(piece.begin(), piece.end(), [](char c) { return uchar(c) >= 0x80; });
}

} // namespace

qsizetype AnswerContent::outputTokens() const
{
    return tokensBefore(parts.size(), 0);
}

qsizetype AnswerContent::reasoningTokens() const
{
    qsizetype tokens = 0;
    for (const AnswerPart &part : parts)
        tokens += part.kind == AnswerPart::Kind::Reasoning ? part.pieces.size() : 0;
    return tokens;
}

qsizetype AnswerContent::tokensBefore(qsizetype part, qsizetype piece) const
{
    for (qsizetype i = 0; i < part; ++i)
        piece += parts[i].pieces.size();
    return piece;
}

QByteArray AnswerContent::partId(const char *prefix, qsizetype part) const
{
    // Only from the second part on another than the answer's own.
    const QByteArray number = QByteArray::number(part + 16, 16);
    return prefix + (part == 0 ? id : QByteArray(id.chopped(number.size()) + number));
}

bool AnswerContent::hasTool() const
{
    return std::any_of(parts.begin(), parts.end(), [](const AnswerPart &p) { return p.isTool(); });
}

bool AnswerContent::limitTo(qsizetype tokens)
{
    if (tokens >= outputTokens())
        return false;
    for (AnswerPart &part : parts) {
        const qsizetype kept = std::min(tokens, part.pieces.size());
        part.cut = kept < part.pieces.size();
        part.pieces.resize(kept);
        tokens -= kept;
    }
    while (parts.size() > 1 && parts.last().pieces.isEmpty())
        parts.removeLast();
    stop = Stop::Length;
    return true;
}

void AnswerContent::stopAtLength()
{
    limitTo((outputTokens() + 1) / 2);
    stop = Stop::Length;
}

void AnswerContent::refuse()
{
    parts = {textPart(AnswerPart::Kind::Refusal, QStringLiteral("I\u2019m sorry, but I can\u2019t "
                                                                "help with that."))};
    stop = Stop::Refusal;
}

void AnswerContent::inflate(qsizetype bytes)
{
    for (AnswerPart &part : parts) {
        if (part.pieces.isEmpty())
            continue;
        // Blanks may stand behind the first brace of the arguments.
        QByteArray &first = part.pieces.first();
        const QByteArray filling(bytes, part.isTool() ? ' ' : '.');
        first.insert(part.isTool() ? 1 : first.size(), filling);
        if (part.isTool())
            part.arguments.insert(1, filling);
        return;
    }
}

bool AnswerContent::needWideCharacter()
{
    for (AnswerPart &part : parts) {
        if (std::any_of(part.pieces.begin(), part.pieces.end(), isWide))
            return true;
        if (part.isTool() || part.pieces.isEmpty())
            continue;
        part.pieces.first().prepend("\u20ac ");
        return true;
    }
    return false;
}

AnswerPart AnswerContent::textPart(AnswerPart::Kind kind, const QString &text)
{
    return {kind, wordsOf(text), {}, {}, false};
}

AnswerPart AnswerContent::toolPart(const SandboxToolCall &call)
{
    return {AnswerPart::Kind::Tool, piecesOf(call.arguments, argumentPiece), jsonString(call.name),
            call.arguments.toUtf8(), false};
}

AnswerContent AnswerContent::to(const ChatCall &call, const QByteArray &digest, int tokens,
                                quint64 seed)
{
    QByteArray material = digest;
    material.resize(digest.size() + qsizetype(sizeof seed));
    qToBigEndian(seed, material.data() + digest.size());
    const QByteArray mixed = QCryptographicHash::hash(material, QCryptographicHash::Sha256);
    AnswerContent content;
    content.id = mixed.first(10).toHex();
    content.model = jsonString(call.model);
    content.promptTokens = call.promptTokens;
    content.includeUsage = call.includeUsage;
    content.stop = call.tool ? Stop::Tool : Stop::End;
    if (call.tool)
        content.parts = {toolPart(*call.tool)};
    else
        content.parts = {{AnswerPart::Kind::Text,
                          answerTokens(tokens, qFromBigEndian<quint64>(mixed.constData())),
                          {},
                          {},
                          false}};
    if (call.maxTokens)
        content.limitTo(*call.maxTokens);
    return content;
}

} // namespace Retryscope
