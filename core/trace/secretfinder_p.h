// SPDX-License-Identifier: MIT
#pragma once

#include "core/trace/textranges_p.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <QtCore/QStringMatcher>

#include <vector>

namespace Retryscope {

//! \brief The rule by value: finds known secrets in text, in whatever dress.
//!
//! Percent-encoding and JSON escapes leave many spellings of one secret, so the text is undone and
//! searched instead. Base64 cannot be undone without knowing where it begins, so the secret is
//! encoded at each of the three places it can have in a group, and the whole word around a hit
//! goes.
class SecretFinder
{
public:
    void add(const QByteArray &secret);

    bool isEmpty() const { return m_plain.empty(); }

    //! In units, of any spelling.
    qsizetype longest() const { return m_longest; }

    void find(QStringView text, TextRanges &ranges) const;

private:
    void addPlain(const QString &text);
    void addBase64(const QByteArray &secret, QByteArray::Base64Options options);
    TextRanges findHere(QStringView text) const;

    qsizetype m_longest = 0;
    std::vector<QStringMatcher> m_plain;
    std::vector<QStringMatcher> m_base64;
};

} // namespace Retryscope
