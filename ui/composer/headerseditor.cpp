// SPDX-License-Identifier: MIT
#include "ui/composer/headerseditor.h"

#include "core/trace/redactor.h"
#include "core/trace/variablereference.h"
#include "ui/composer/textedit.h"
#include "ui/fieldnote.h"
#include "ui/fontfollower.h"
#include "ui/plaintext.h"

#include <QtCore/QScopedValueRollback>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>

namespace Retryscope {

namespace {

using namespace Qt::StringLiterals;

struct Line
{
    QString name;
    QString value;
};

//! None: there is no colon behind a name.
std::optional<Line> lineOf(const QString &text)
{
    const qsizetype colon = text.indexOf(u':');
    if (colon < 1)
        return std::nullopt;
    return Line{text.left(colon).trimmed(), text.mid(colon + 1).trimmed()};
}

} // namespace

HeadersEditor::HeadersEditor(QWidget *parent)
    : QWidget(parent)
    , m_method(new QComboBox)
    , m_lines(new TextEdit)
    , m_note(new FieldNote(m_lines))
{
    m_method->setEditable(true);
    m_method->addItems({u"POST"_s, u"GET"_s, u"PUT"_s, u"PATCH"_s, u"DELETE"_s});
    m_method->setAccessibleName(tr("Method"));
    m_method->lineEdit()->setAccessibleName(tr("Method"));
    m_method->view()->setAccessibleName(tr("Method"));
    m_method->setToolTip(tr("The HTTP method; any word that is one"));
    m_lines->setAccessibleName(tr("Request headers"));
    m_lines->setPlaceholderText(
        tr("One header a line, as in \u201cX-Trace: on\u201d; a name may occur more than once. "
           "Those of the dialect are added."));
    m_lines->setTabChangesFocus(true);
    m_lines->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_lines->setFont(fixedFont());
    m_lines->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored);
    auto *label = new QLabel(tr("Method"));
    label->setBuddy(m_method);
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 4, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    grid->addWidget(label, 0, 0);
    grid->addWidget(m_method, 0, 1);
    grid->addWidget(m_lines, 1, 0, 1, 3);
    grid->addWidget(m_note, 2, 0, 1, 3);
    grid->setColumnStretch(2, 1);
    grid->setRowStretch(1, 1);
    connect(m_method, &QComboBox::editTextChanged, this, &HeadersEditor::refresh);
    connect(m_lines, &QPlainTextEdit::textChanged, this, &HeadersEditor::refresh);
    connect(m_lines, &TextEdit::refused, m_note, &FieldNote::setMessage);
}

QByteArray HeadersEditor::method() const
{
    return m_method->currentText().trimmed().toUtf8();
}

Result<QList<HeaderField>> HeadersEditor::headers() const
{
    QList<HeaderField> headers;
    const QStringList lines = plainText(m_lines).split(u'\n');
    for (qsizetype i = 0; i < lines.size(); ++i) {
        if (lines.at(i).trimmed().isEmpty())
            continue;
        const auto line = lineOf(lines.at(i));
        if (!line)
            return InputError{
                u"headers"_s,
                tr("Line %1 is no header: a line is a name, a colon and a value.").arg(i + 1),
                std::nullopt};
        headers.append({line->name.toUtf8(), line->value.toUtf8()});
    }
    return headers;
}

void HeadersEditor::set(const QByteArray &method, const QList<HeaderField> &headers)
{
    QStringList lines;
    for (const HeaderField &header : headers)
        lines.append(
            QString(QString::fromUtf8(header.name) + u": "_s + QString::fromUtf8(header.value)));
    const QScopedValueRollback guard(m_isFilling, true);
    m_method->setEditText(QString::fromUtf8(method));
    setPlainText(m_lines, lines.join(u'\n'));
    setProblem({});
}

QString HeadersEditor::textWithoutSecrets() const
{
    QStringList kept;
    const QStringList lines = plainText(m_lines).split(u'\n');
    for (const QString &text : lines) {
        const auto line = lineOf(text);
        const bool isSecret = line && Redactor::isSecretHeader(line->name.toUtf8())
                              && !holdsOnlyVariables(line->value);
        if (!isSecret)
            kept.append(text);
    }
    return kept.join(u'\n');
}

void HeadersEditor::setText(const QString &text)
{
    const QScopedValueRollback guard(m_isFilling, true);
    setPlainText(m_lines, text);
}

void HeadersEditor::setProblem(const QString &message)
{
    m_note->setMessage(message);
}

QWidget *HeadersEditor::entry() const
{
    return m_lines;
}

void HeadersEditor::refresh()
{
    if (m_isFilling)
        return;
    const auto typed = headers();
    setProblem(typed ? QString() : typed.error().message);
    Q_EMIT edited();
}

} // namespace Retryscope
