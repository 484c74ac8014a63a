// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QStringList>

#include <vector>

namespace Retryscope {

//! \brief Watches the indices of the parts of an answer: each should be begun once, in order,
//! before pieces of it come.
class BlockTracker
{
public:
    //! What is odd about it is added to \a oddities, a sentence.
    void begin(int index, QStringList &oddities);
    void piece(int index, QStringList &oddities);

private:
    bool isKnown(int index) const;
    void remember(int index);

    std::vector<int> m_known;
};

} // namespace Retryscope
