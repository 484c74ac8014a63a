// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>
#include <QtCore/QList>

#include <optional>
#include <utility>

//! \file
//! \brief As much of HPACK (RFC 7541) as a scripted HTTP/2 peer needs: it reads whatever a client
//! sends, and writes literals only.

namespace Retryscope::Test {

using HeaderFields = QList<std::pair<QByteArray, QByteArray>>;

//! The value of a field, or null. HTTP/2 has lower-case names.
QByteArray fieldOf(const HeaderFields &fields, const QByteArray &name);

//! None for what is no Huffman code of RFC 7541, Appendix B, or is padded wrongly.
std::optional<QByteArray> decodeHuffman(QByteArrayView bytes);

//! Literals without indexing and without Huffman codes: no state on either side.
QByteArray encodeFields(const HeaderFields &fields);

//! \brief The decoding side of one connection: blocks must come in the order in which they arrived.
class HpackDecoder final
{
public:
    //! None for a block that breaks the rules; the connection is lost then.
    std::optional<HeaderFields> decode(QByteArrayView block);

private:
    using Field = std::pair<QByteArray, QByteArray>;

    std::optional<quint32> takeInteger(int prefixBits);
    std::optional<QByteArray> takeString();
    std::optional<Field> fieldAt(quint32 index) const;
    std::optional<Field> takeIndexed();
    std::optional<Field> takeLiteral(int prefixBits);
    void insert(const Field &field);
    void shrinkTo(qsizetype size);

    QByteArrayView m_input;
    HeaderFields m_table; // newest first
    qsizetype m_size = 0;
    qsizetype m_limit = 4096;
};

} // namespace Retryscope::Test
