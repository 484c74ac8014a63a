// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <QtCore/QByteArray>
#include <QtCore/QJsonObject>
#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

#include <array>
#include <memory>

QT_BEGIN_NAMESPACE
class QComboBox;
class QLabel;
class QLineEdit;
QT_END_NAMESPACE

namespace Retryscope {

class KeyStore;

//! \brief Where the API key comes from, and the one field that belongs to that choice: the name of
//! a variable, the path of a file, or the key itself.
class KeyField final : public QWidget
{
    Q_OBJECT
public:
    enum class Source { None, Environment, File, Typed };

    explicit KeyField(QWidget *parent = nullptr);
    ~KeyField() override;

    //! Where a typed key is kept from now on, and taken from where one was typed last time. Without
    //! this call, and where the store does not work, it is in memory until the program ends.
    void setStore(std::unique_ptr<KeyStore> store);

    Source source() const;
    //! The variable's name, if that is the source and it is one.
    QString variable() const;
    void setVariable(const QString &name);
    //! The key as it is now; empty with Source::None. The error says what is missing.
    Result<QByteArray> key() const;
    //! What was typed as a key, whichever source is chosen now; may be empty.
    QByteArray typedKey() const;
    //! What was typed as a key is "${NAME}": no secret, and saved.
    bool namesVariable() const;

    //! Never holds a key, also not one that was typed into the wrong field.
    QJsonObject state() const;
    void restore(const QJsonObject &state);

    QComboBox *sourceField() const { return m_source; }

    QLineEdit *valueField() const { return m_value; }

    //! Where a typed key is kept.
    QString whereKept() const;

Q_SIGNALS:
    void edited();

private:
    void changeSource();
    void showSource();
    void readStore();
    void writeStore();
    void tellProblem(const QString &problem);

    QComboBox *m_source;
    QLineEdit *m_value;
    //! One text for each source: switching must neither lose nor reveal a key.
    std::array<QString, 4> m_texts;
    std::unique_ptr<KeyStore> m_store;
    QLabel *m_where;
    QTimer m_write;
    //! Of the store.
    QString m_problem;
    bool m_isRead = false;
};

} // namespace Retryscope
