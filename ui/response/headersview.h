// SPDX-License-Identifier: MIT
#pragma once

#include <QtWidgets/QTreeWidget>

namespace Retryscope {

struct AttemptDigest;

//! \brief The head of the request and of the response of one attempt. Secrets were taken out before
//! they were recorded.
class HeadersView final : public QTreeWidget
{
    Q_OBJECT
public:
    explicit HeadersView(QWidget *parent = nullptr);

    //! Null: nothing.
    void show(const AttemptDigest *digest);

private:
    QTreeWidgetItem *addHead(const QString &line);

    int m_attempt = -1;
    qsizetype m_stage = -1;
};

} // namespace Retryscope
