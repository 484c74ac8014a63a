// SPDX-License-Identifier: MIT
#include "ui/composer/keyfield.h"

#include "core/trace/variablereference.h"
#include "ui/composer/keystore.h"
#include "ui/fontfollower.h"

#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QRegularExpression>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>

#include <algorithm>

namespace Retryscope {

namespace {

bool isVariableName(const QString &text)
{
    static const QRegularExpression name(QStringLiteral("\\A[A-Za-z_][A-Za-z0-9_]*\\z"));
    return name.match(text).hasMatch();
}

std::size_t at(KeyField::Source source)
{
    return static_cast<std::size_t>(source);
}

InputError keyError(const QString &message)
{
    return InputError{QStringLiteral("key"), message, std::nullopt};
}

Result<QByteArray> keyFromVariable(const QString &name)
{
    if (name.isEmpty())
        return keyError(KeyField::tr("Name the environment variable that holds the key."));
    // The text itself is not repeated: it may be a key in the wrong field.
    if (!isVariableName(name))
        return keyError(KeyField::tr("This is not the name of an environment variable. To paste "
                                     "the key itself, choose \u201ctyped\u201d."));
    if (!qEnvironmentVariableIsSet(name.toLatin1().constData()))
        return keyError(KeyField::tr("The variable %1 is not set where this program was started. "
                                     "Set it there, or choose another source.")
                            .arg(name));
    return qgetenv(name.toLatin1().constData());
}

Result<QByteArray> keyFromFile(const QString &path)
{
    if (path.isEmpty())
        return keyError(KeyField::tr("Name the file whose first line is the key."));
    QFile file(path);
    // Before it is opened: a pipe would be waited for.
    const QFileInfo about(path);
    if (about.exists() && !about.isFile())
        return keyError(KeyField::tr("The key file is no regular file."));
    if ((about.permissions() & (QFile::ReadGroup | QFile::ReadOther)) != 0)
        return keyError(KeyField::tr("The key file can be read by others, and is not used: "
                                     "\"chmod 600\" makes it yours alone."));
    if (!file.open(QIODevice::ReadOnly))
        return keyError(KeyField::tr("The key file cannot be read: %1.").arg(file.errorString()));
    constexpr qint64 longest = 16 * 1024;
    const QByteArray line = file.readLine(longest).trimmed();
    if (line.isEmpty())
        return keyError(KeyField::tr("The first line of the key file is empty."));
    return line;
}

} // namespace

KeyField::KeyField(QWidget *parent)
    : QWidget(parent)
    , m_source(new QComboBox)
    , m_value(new QLineEdit)
    , m_where(new QLabel)
{
    m_source->addItems({tr("none"), tr("environment variable"), tr("file"), tr("typed")});
    m_source->setAccessibleName(tr("Key source"));
    m_source->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_source->setToolTip(tr("Where the API key comes from. No key is ever saved in a file."));
    m_value->setAccessibleName(tr("API key"));
    followFont(m_value,
               [this] { m_value->setFixedWidth(m_value->fontMetrics().averageCharWidth() * 26); });
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_source);
    layout->addWidget(m_value, 1);
    layout->addWidget(m_where);
    m_where->setForegroundRole(QPalette::PlaceholderText);
    m_write.setSingleShot(true);
    m_write.setInterval(500);
    connect(&m_write, &QTimer::timeout, this, &KeyField::writeStore);
    connect(m_source, &QComboBox::currentIndexChanged, this, &KeyField::changeSource);
    connect(m_value, &QLineEdit::textEdited, this, [this](const QString &text) {
        m_texts.at(at(source())) = text;
        if (source() == Source::Typed && m_store)
            m_write.start();
        Q_EMIT edited();
    });
    connect(m_value, &QLineEdit::editingFinished, this, [this] {
        if (m_write.isActive())
            writeStore();
    });
    m_texts.at(at(Source::Environment)) = QStringLiteral("OPENAI_API_KEY");
    showSource();
}

KeyField::~KeyField() = default;

void KeyField::setStore(std::unique_ptr<KeyStore> store)
{
    m_store = std::move(store);
    m_isRead = false;
    if (m_store) {
        connect(m_store.get(), &KeyStore::written, this, &KeyField::tellProblem);
        connect(m_store.get(), &KeyStore::found, this,
                [this](const QByteArray &key, const QString &problem) {
                    tellProblem(problem);
                    QString &typed = m_texts.at(at(Source::Typed));
                    // Whoever has typed meanwhile knows better.
                    if (key.isEmpty() || !typed.isEmpty())
                        return;
                    typed = QString::fromUtf8(key);
                    showSource();
                });
    }
    showSource();
    readStore();
}

//! Only when it is wanted: a desktop may ask its user to unlock the keyring.
void KeyField::readStore()
{
    if (!m_store || m_isRead || source() != Source::Typed
        || !m_texts.at(at(Source::Typed)).isEmpty())
        return;
    m_isRead = true;
    m_store->read();
}

void KeyField::writeStore()
{
    m_write.stop();
    // "${NAME}" is no secret, and saved with everything else.
    m_store->write(namesVariable() ? QByteArray() : typedKey());
}

void KeyField::tellProblem(const QString &problem)
{
    m_problem = problem;
    m_where->setText(whereKept());
    m_where->setToolTip(problem.isEmpty()
                            ? QString()
                            : tr("The desktop's keyring cannot be used: %1").arg(problem));
}

QString KeyField::whereKept() const
{
    return m_store && m_problem.isEmpty() ? tr("kept in the keyring")
                                          : tr("until the program ends");
}

KeyField::Source KeyField::source() const
{
    return static_cast<Source>(std::max(m_source->currentIndex(), 0));
}

void KeyField::changeSource()
{
    showSource();
    readStore();
    Q_EMIT edited();
}

void KeyField::showSource()
{
    m_value->setVisible(source() != Source::None);
    m_where->setVisible(source() == Source::Typed);
    m_where->setText(whereKept());
    m_value->setEchoMode(source() == Source::Typed ? QLineEdit::Password : QLineEdit::Normal);
    m_value->setText(m_texts.at(at(source())));
    switch (source()) {
    case Source::None:
        break;
    case Source::Environment:
        m_value->setPlaceholderText(tr("name of the variable"));
        break;
    case Source::File:
        m_value->setPlaceholderText(tr("path of the file"));
        break;
    case Source::Typed:
        m_value->setPlaceholderText(tr("the key itself"));
        break;
    }
}

QString KeyField::variable() const
{
    const QString &name = m_texts.at(at(Source::Environment));
    return source() == Source::Environment && isVariableName(name) ? name : QString();
}

void KeyField::setVariable(const QString &name)
{
    if (name.isEmpty()) {
        // Another source that the person chose is no part of a scenario, and stays.
        if (source() == Source::Environment)
            m_source->setCurrentIndex(static_cast<int>(Source::None));
        return;
    }
    m_texts.at(at(Source::Environment)) = name;
    m_source->setCurrentIndex(static_cast<int>(Source::Environment));
    showSource();
}

QByteArray KeyField::typedKey() const
{
    return m_texts.at(at(Source::Typed)).trimmed().toUtf8();
}

bool KeyField::namesVariable() const
{
    return holdsOnlyVariables(m_texts.at(at(Source::Typed)).trimmed());
}

Result<QByteArray> KeyField::key() const
{
    const QString text = m_texts.at(at(source())).trimmed();
    switch (source()) {
    case Source::None:
        return QByteArray();
    case Source::Environment:
        return keyFromVariable(text);
    case Source::File:
        return keyFromFile(text);
    case Source::Typed:
        if (text.isEmpty())
            return keyError(tr("Type the key, or choose \u201cnone\u201d."));
        return text.toUtf8();
    }
    return QByteArray();
}

QJsonObject KeyField::state() const
{
    const QString &name = m_texts.at(at(Source::Environment));
    const QString &typed = m_texts.at(at(Source::Typed));
    return {{QStringLiteral("typed"), namesVariable() ? typed : QString()},
            {QStringLiteral("source"), static_cast<int>(source())},
            {QStringLiteral("variable"), isVariableName(name) ? name : QString()},
            {QStringLiteral("file"), m_texts.at(at(Source::File))}};
}

void KeyField::restore(const QJsonObject &state)
{
    m_texts.at(at(Source::Environment)) = state.value(QStringLiteral("variable")).toString();
    m_texts.at(at(Source::Typed)) = state.value(QStringLiteral("typed")).toString();
    m_texts.at(at(Source::File)) = state.value(QStringLiteral("file")).toString();
    m_source->setCurrentIndex(qBound(0, state.value(QStringLiteral("source")).toInt(), 3));
    showSource();
    readStore();
}

} // namespace Retryscope
