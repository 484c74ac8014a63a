// SPDX-License-Identifier: MIT
#pragma once

#include <QtWidgets/QWidget>

QT_BEGIN_NAMESPACE
class QComboBox;
class QLineEdit;
class QPushButton;
QT_END_NAMESPACE

namespace Retryscope {

class Dialect;
class FieldNote;
class KeyField;

//! \brief The line at the top: which dialect, where to, with which key, and Send.
class EndpointBar final : public QWidget
{
    Q_OBJECT
public:
    explicit EndpointBar(QWidget *parent = nullptr);

    const Dialect *dialect() const;
    void setDialect(const QString &id);
    QString endpoint() const;
    void setEndpoint(const QString &endpoint);

    KeyField *key() const { return m_key; }

    QPushButton *sendButton() const { return m_send; }

    QLineEdit *endpointField() const { return m_endpoint; }

    void setEndpointProblem(const QString &message);
    void setKeyProblem(const QString &message);
    //! What the dialect asks for and how its streams end, a line.
    void setDialectFacts(const QString &facts);

Q_SIGNALS:
    void edited();
    void dialectChosen();

private:
    void buildLayout();

    QComboBox *m_dialect;
    QLineEdit *m_endpoint;
    KeyField *m_key;
    QPushButton *m_send;
    FieldNote *m_endpointNote;
    FieldNote *m_keyNote;
    FieldNote *m_facts;
};

} // namespace Retryscope
