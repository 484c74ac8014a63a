// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/run/scenario.h"

#include <QtCore/QList>
#include <QtCore/QString>

#include <utility>

QT_BEGIN_NAMESPACE
class QProcessEnvironment;
QT_END_NAMESPACE

namespace Retryscope {

//! \brief The values that stood for variables, to be put back to "${NAME}" where something is
//! shown. A value.
class RETRYSCOPE_EXPORT VariableValues
{
public:
    void add(const QString &name, const QString &value);
    //! Values of less than four characters stay: they may stand there by themselves.
    QString hide(const QString &text) const;

    bool isEmpty() const { return m_names.isEmpty(); }

private:
    //! The longest value first.
    QList<std::pair<QString, QString>> m_names;
};

//! \brief A scenario and its key as they are sent: with the values of the variables that its fields
//! name ("${NAME}", see core/trace/variablereference.h).
struct RETRYSCOPE_EXPORT ExpandedScenario
{
    Scenario scenario;
    QByteArray key;
    //! Of variables that are part of the key, of a secret header or of the proxy's URL.
    QList<QByteArray> secrets;
    VariableValues values;
    //! A variable that is not set: its field, and a sentence that names both.
    QList<InputError> errors;

    //! Endpoint, model, prompts, the members of the request, the raw body, header values, the
    //! proxy's URL, the file of authorities; and \a key, unless the scenario names the variable
    //! that it comes from: then it is the key already. In a raw body a value is escaped as JSON
    //! wants it.
    static ExpandedScenario of(const Scenario &scenario, const QByteArray &key,
                               const QProcessEnvironment &environment);
};

//! The same for one text of a field, for what is shown before anything is sent. \a where says in a
//! sentence where it stands: "the endpoint".
RETRYSCOPE_EXPORT Result<QString> expandVariables(const QString &text,
                                                  const QProcessEnvironment &environment,
                                                  const QString &field, const QString &where);

} // namespace Retryscope
