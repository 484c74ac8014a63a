// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QSet>
#include <QtCore/QStringList>

namespace Retryscope {

//! \brief Watches the indices of the parts of an answer: each should be begun once, in order,
//! before pieces of it come.
class BlockTracker
{
public:
    //! What is odd about it is added to \a oddities, a sentence.
    void begin(int index, QStringList &oddities);
    void piece(int index, QStringList &oddities);

    //! Where a part may begin with its first piece.
    void beginOrPiece(int index, QStringList &oddities)
    {
        if (!isKnown(index))
            begin(index, oddities);
    }

private:
    bool isKnown(int index) const;
    void remember(int index);

    QSet<int> m_known;
    int m_last = -1; // begun
};

} // namespace Retryscope
