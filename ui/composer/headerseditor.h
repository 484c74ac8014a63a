// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/llm/headerfield.h"

#include <QtCore/QList>
#include <QtWidgets/QWidget>

QT_BEGIN_NAMESPACE
class QComboBox;
QT_END_NAMESPACE

namespace Retryscope {

class FieldNote;
class TextEdit;

//! \brief The request's method, and its headers beside those of the dialect: one a line, in any
//! number and order.
class HeadersEditor final : public QWidget
{
    Q_OBJECT
public:
    explicit HeadersEditor(QWidget *parent = nullptr);

    QByteArray method() const;
    //! The error says which line is none.
    Result<QList<HeaderField>> headers() const;
    //! Replaces both.
    void set(const QByteArray &method, const QList<HeaderField> &headers);

    //! As it was typed, without the lines whose header carries a secret.
    QString textWithoutSecrets() const;
    void setText(const QString &text);
    void setProblem(const QString &message);

    QWidget *entry() const;

Q_SIGNALS:
    void edited();

private:
    void refresh();

    QComboBox *m_method;
    TextEdit *m_lines;
    FieldNote *m_note;
    bool m_isFilling = false;
};

} // namespace Retryscope
