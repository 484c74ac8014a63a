// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/sandbox/scriptrule_p.h"

#include <QtCore/QJsonObject>
#include <QtCore/QJsonValue>
#include <QtCore/QStringList>

namespace Retryscope {

//! \brief Reads the JSON of a script. The first thing that is wrong ends it.
class ScriptParser
{
public:
    Result<QList<ScriptRule>> parse(const QByteArray &text);

private:
    //! A value and where it stands: "rules[2].status".
    struct Place
    {
        QJsonValue value;
        QString path;

        bool isThere() const { return !value.isUndefined(); }

        Place member(const QString &name) const;
        Place element(qsizetype index) const;
    };

    //! Always false.
    bool fail(const Place &place, const QString &message);
    //! An object that has no other members than these.
    bool checkMembers(const Place &place, const QStringList &allowed);
    bool readText(const Place &place, QString &out);
    bool readWhole(const Place &place, int least, int most, int &out);
    bool readMilliseconds(const Place &place, std::chrono::milliseconds &out);

    bool readRule(const Place &place);
    bool readWhen(const Place &place, ScriptRule &rule);
    bool readRequests(const Place &place, ScriptRule &rule);
    bool readHead(const Place &place, ScriptRule &rule);
    bool readHeaders(const Place &place, ScriptRule &rule);
    bool readBody(const Place &place, ScriptRule &rule);
    bool readParts(const Place &place, ScriptRule &rule);
    bool readTool(const Place &place, ScriptRule &rule);
    bool readStop(const Place &place, ScriptRule &rule);
    bool readPace(const Place &place, ScriptRule &rule);
    bool readPauses(const Place &place, ScriptRule &rule);
    bool readFault(const Place &place, ScriptRule &rule);
    bool checkTogether(const Place &place, const ScriptRule &rule);

    QList<ScriptRule> m_rules;
    InputError m_error;
};

} // namespace Retryscope
