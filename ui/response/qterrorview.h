// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QString>
#include <QtWidgets/QWidget>

QT_BEGIN_NAMESPACE
class QPlainTextEdit;
QT_END_NAMESPACE

namespace Retryscope {

struct AttemptDigest;

//! What the user's own program would see of an attempt: enum name, number, text and the order of
//! signals, then a few lines of C++ that handle it.
QString qtErrorReport(const AttemptDigest &digest);
//! The lines of C++ alone.
QString qtErrorCode(const AttemptDigest &digest);

//! \brief Shows qtErrorReport().
class QtErrorView final : public QWidget
{
    Q_OBJECT
public:
    explicit QtErrorView(QWidget *parent = nullptr);

    //! Null: nothing.
    void show(const AttemptDigest *digest);
    QString text() const;

private:
    QPlainTextEdit *m_edit;
};

} // namespace Retryscope
