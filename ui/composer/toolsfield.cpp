// SPDX-License-Identifier: MIT
#include "ui/composer/toolsfield.h"

#include "core/llm/dialect.h"
#include "core/llm/tools.h"
#include "ui/composer/jsonmember.h"
#include "ui/composer/requestdocument.h"
#include "ui/composer/textedit.h"
#include "ui/disclosurebutton.h"
#include "ui/fieldnote.h"
#include "ui/fontfollower.h"
#include "ui/plaintext.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QScopedValueRollback>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

QString indented(const QJsonArray &list)
{
    return QString::fromUtf8(QJsonDocument(list).toJson(QJsonDocument::Indented)).trimmed();
}

} // namespace

ToolsField::ToolsField(RequestDocument *document, QWidget *parent)
    : QWidget(parent)
    , m_document(document)
    , m_panel(new QWidget)
    , m_button(
          new DisclosureButton(tr("Tools"), tr("Functions that the model may ask for"), m_panel))
    , m_edit(new TextEdit)
    , m_example(new QToolButton)
    , m_note(new FieldNote(m_edit))
{
    m_edit->setAccessibleName(tr("List of tools"));
    m_edit->setTabChangesFocus(true);
    m_edit->setFont(fixedFont());
    m_edit->setPlaceholderText(tr("A list as this dialect writes it, [\u2026]"));
    m_example->setText(tr("E&xample"));
    m_example->setAccessibleName(tr("Example of a tool"));
    m_example->setToolTip(tr("Add a tool to begin with, as this dialect writes it"));
    buildLayout();
    connect(m_button, &QToolButton::toggled, this, &ToolsField::toggled);
    connect(m_button, &QToolButton::clicked, m_edit, [this](bool open) {
        if (open)
            m_edit->setFocus(Qt::OtherFocusReason);
    });
    connect(m_edit, &QPlainTextEdit::textChanged, this, &ToolsField::store);
    connect(m_edit, &TextEdit::refused, m_note, &FieldNote::setMessage);
    connect(m_example, &QToolButton::clicked, this, &ToolsField::insertExample);
    connect(m_document, &RequestDocument::changed, this, &ToolsField::refresh);
    refresh();
}

void ToolsField::buildLayout()
{
    auto *inner = new QVBoxLayout(m_panel);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->setSpacing(4);
    inner->addWidget(m_edit);
    inner->addWidget(m_note);
    inner->addWidget(m_example, 0, Qt::AlignLeft);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_button, 0, Qt::AlignLeft);
    layout->addWidget(m_panel);
    m_edit->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    followFont(m_edit,
               [this] { m_edit->setFixedHeight(m_edit->fontMetrics().lineSpacing() * 8 + 12); });
}

bool ToolsField::isOpen() const
{
    return m_button->isChecked();
}

void ToolsField::setOpen(bool open)
{
    m_button->setChecked(open);
}

QWidget *ToolsField::field() const
{
    return m_edit;
}

QJsonValue ToolsField::value() const
{
    const Dialect *dialect = m_document->dialect();
    if (!dialect || dialect->facts().toolsMember.isEmpty())
        return QJsonValue::Undefined;
    return memberAt(m_document->chat().extra, dialect->facts().toolsMember);
}

void ToolsField::refresh()
{
    const Dialect *dialect = m_document->dialect();
    const QString member = dialect ? dialect->facts().toolsMember : QString();
    const QJsonValue now = value();
    const bool fits = now.isUndefined() || now.isNull() || now.isArray();
    setVisible(!member.isEmpty());
    m_button->setEnabled(fits);
    m_panel->setEnabled(fits && m_document->fitsForm()
                        && hasRoomAt(m_document->chat().extra, member));
    // What is being typed stays as it is typed, whether it is a list yet or not.
    if (now != m_known && !m_problem) {
        const QScopedValueRollback guard(m_isFilling, true);
        setPlainText(m_edit, now.isArray() ? indented(now.toArray()) : QString());
    }
    m_known = now;
    refreshButton();
}

void ToolsField::refreshButton()
{
    const auto count = static_cast<int>(value().toArray().size());
    m_button->setText(count == 0 ? tr("Tools") : tr("Tools: %n set", nullptr, count));
}

void ToolsField::store()
{
    if (m_isFilling)
        return;
    const QString text = plainText(m_edit);
    QJsonValue list(QJsonValue::Undefined);
    if (!text.trimmed().isEmpty()) {
        const Result<QJsonDocument> read = readJson(text, u"tools"_s);
        if (!read)
            return setProblem(read.error().message);
        if (!read->isArray())
            return setProblem(tr("The tools must be a list, [\u2026]."));
        list = read->array();
    }
    setProblem({});
    m_known = list;
    ChatRequest chat = m_document->chat();
    setMemberAt(chat.extra, m_document->dialect()->facts().toolsMember, list);
    m_document->setChat(chat);
}

void ToolsField::setProblem(const QString &message)
{
    m_note->setMessage(message);
    if (message.isEmpty() != m_problem.has_value())
        return;
    m_problem = message.isEmpty() ? std::nullopt
                                  : std::optional(InputError{u"tools"_s, message, std::nullopt});
    Q_EMIT problemChanged();
}

void ToolsField::insertExample()
{
    const ToolForm form = m_document->dialect()->facts().toolForm;
    QJsonArray list = value().toArray();
    const QJsonArray example = toolsToJson({exampleTool()}, form);
    for (const QJsonValue &tool : example)
        list.append(tool);
    m_edit->setPlainText(indented(list));
    m_edit->setFocus(Qt::OtherFocusReason);
}

QString ToolsField::unfinished() const
{
    return m_problem ? plainText(m_edit) : QString();
}

void ToolsField::setUnfinished(const QString &text)
{
    m_edit->setPlainText(text);
}

} // namespace Retryscope
