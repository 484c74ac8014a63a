// SPDX-License-Identifier: MIT
#include "ui/composer/requestform.h"

#include "ui/composer/parameterfields.h"
#include "ui/composer/requestdocument.h"
#include "ui/composer/textedit.h"
#include "ui/composer/toolsfield.h"
#include "ui/fieldnote.h"
#include "ui/fontfollower.h"
#include "ui/plaintext.h"

#include <QtCore/QScopedValueRollback>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>

#include <algorithm>

namespace Retryscope {

namespace {

qsizetype lastUserMessage(const ChatRequest &chat)
{
    for (qsizetype i = chat.messages.size() - 1; i >= 0; --i) {
        if (chat.messages.at(i).role == QStringLiteral("user"))
            return i;
    }
    return -1;
}

TextEdit *textField(const QString &name, int lines)
{
    auto *edit = new TextEdit;
    edit->setAccessibleName(name);
    edit->setTabChangesFocus(true);
    followFont(edit, [edit, lines] {
        edit->setMinimumHeight(edit->fontMetrics().lineSpacing() * lines + 12);
    });
    // A scroll area gives a layout with wrapped labels its preferred height, and that of an editor
    // is 192 pixels: it must not count.
    edit->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored);
    return edit;
}

QLabel *fieldLabel(const QString &text, QWidget *buddy)
{
    auto *label = new QLabel(text);
    label->setBuddy(buddy);
    return label;
}

} // namespace

RequestForm::RequestForm(RequestDocument *document, QWidget *parent)
    : QWidget(parent)
    , m_document(document)
    , m_model(new QLineEdit)
    , m_system(textField(tr("System prompt"), 1))
    , m_message(textField(tr("Message"), 2))
    , m_stream(new QCheckBox(tr("Stream the ans&wer")))
    , m_modelNote(new FieldNote(m_model))
    , m_messageNote(new FieldNote(m_message))
    , m_parameters(new ParameterFields(document))
    , m_tools(new ToolsField(document))
{
    m_model->setAccessibleName(tr("Model"));
    m_stream->setAccessibleName(tr("Stream"));
    m_stream->setToolTip(tr("Ask for the answer token by token, as server-sent events"));
    // A prompt of some lines; what the window has to give goes to the message.
    followFont(m_system, [this] {
        m_system->setMaximumHeight(m_system->fontMetrics().lineSpacing() * 4 + 12);
    });
    buildLayout();
    connectFields();
    refresh();
}

void RequestForm::buildLayout()
{
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 4, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    grid->addWidget(fieldLabel(tr("M&odel"), m_model), 0, 0);
    grid->addWidget(m_model, 0, 1);
    grid->addWidget(m_stream, 0, 2);
    grid->addWidget(m_modelNote, 1, 1, 1, 2);
    grid->addWidget(fieldLabel(tr("S&ystem"), m_system), 2, 0, Qt::AlignTop);
    grid->addWidget(m_system, 2, 1, 1, 2);
    grid->addWidget(fieldLabel(tr("&Message"), m_message), 3, 0, Qt::AlignTop);
    grid->addWidget(m_message, 3, 1, 1, 2);
    grid->addWidget(m_messageNote, 4, 1, 1, 2);
    grid->addWidget(m_parameters, 5, 0, 1, 3);
    grid->addWidget(m_tools, 6, 0, 1, 3);
    grid->setColumnStretch(1, 1);
    grid->setRowStretch(2, 1);
    grid->setRowStretch(3, 4);
}

void RequestForm::connectFields()
{
    connect(m_model, &QLineEdit::textEdited, this, &RequestForm::storeModel);
    for (const TextEdit *edit : {m_system, m_message})
        connect(edit, &TextEdit::refused, m_messageNote, &FieldNote::setMessage);
    connect(m_system, &QPlainTextEdit::textChanged, this, &RequestForm::storeSystem);
    connect(m_message, &QPlainTextEdit::textChanged, this, &RequestForm::storeMessage);
    connect(m_stream, &QCheckBox::toggled, this, &RequestForm::storeStream);
    connect(m_document, &RequestDocument::changed, this, &RequestForm::refresh);
}

QWidget *RequestForm::messageField() const
{
    return m_message;
}

QWidget *RequestForm::modelField() const
{
    return m_model;
}

void RequestForm::setProblem(const QString &field, const QString &message)
{
    if (field.contains(QStringLiteral("model")))
        m_modelNote->setMessage(message);
    else
        m_messageNote->setMessage(message);
}

void RequestForm::refresh()
{
    const QScopedValueRollback guard(m_refreshing, true);
    const ChatRequest &chat = m_document->chat();
    const qsizetype last = lastUserMessage(chat);
    if (m_model->text() != chat.model)
        m_model->setText(chat.model);
    const QString message = last < 0 ? QString() : chat.messages.at(last).content;
    const bool isShown = isEditable(chat.system) && isEditable(message);
    setPlainText(m_system, isShown ? chat.system : QString());
    setPlainText(m_message, isShown ? message : QString());
    m_stream->setChecked(chat.stream);

    const bool editable = m_document->fitsForm() && isShown;
    for (QWidget *field : {static_cast<QWidget *>(m_model), static_cast<QWidget *>(m_system),
                           static_cast<QWidget *>(m_message), static_cast<QWidget *>(m_stream)})
        field->setEnabled(editable);
    m_modelNote->setMessage({});
    if (m_document->error())
        m_messageNote->setMessage(
            tr("The JSON of this request has a mistake. Mend it on the JSON tab, then it can be "
               "edited here again."));
    else if (!isShown)
        m_messageNote->setHint(tooLongWords(QString(chat.system + message)));
    else if (!editable)
        m_messageNote->setHint(
            tr("This request holds more than the form can show. Edit it on the JSON tab."));
    else if (chat.messages.size() > 1)
        m_messageNote->setHint(tr("%n earlier messages are kept; see the JSON tab.", nullptr,
                                  static_cast<int>(chat.messages.size() - 1)));
    else
        m_messageNote->setMessage({});
}

void RequestForm::storeModel()
{
    ChatRequest chat = m_document->chat();
    chat.model = m_model->text();
    m_document->setChat(chat);
}

void RequestForm::storeSystem()
{
    if (m_refreshing)
        return;
    ChatRequest chat = m_document->chat();
    chat.system = plainText(m_system);
    m_document->setChat(chat);
}

void RequestForm::storeMessage()
{
    if (m_refreshing)
        return;
    ChatRequest chat = m_document->chat();
    const qsizetype last = lastUserMessage(chat);
    if (last < 0)
        chat.messages.append({QStringLiteral("user"), plainText(m_message)});
    else
        chat.messages[last].content = plainText(m_message);
    m_document->setChat(chat);
}

void RequestForm::storeStream()
{
    if (m_refreshing)
        return;
    ChatRequest chat = m_document->chat();
    chat.stream = m_stream->isChecked();
    m_document->setChat(chat);
}

} // namespace Retryscope
