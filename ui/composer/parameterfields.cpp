// SPDX-License-Identifier: MIT
#include "ui/composer/parameterfields.h"

#include "ui/composer/jsonmember.h"
#include "ui/composer/requestdocument.h"
#include "ui/disclosurebutton.h"
#include "ui/fieldnote.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace Retryscope {

namespace {

using namespace Qt::StringLiterals;

using Kind = DialectField::Kind;

//! As JSON writes it; a text without its quotes.
QString shown(const QJsonValue &value)
{
    if (value.isUndefined() || value.isNull())
        return {};
    if (value.isString())
        return value.toString();
    const QByteArray list = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return QString::fromUtf8(list.sliced(1, list.size() - 2));
}

//! A text where it is nothing else.
QJsonValue typed(const QString &text, Kind kind)
{
    const QString word = text.trimmed();
    if (word.isEmpty())
        return QJsonValue::Undefined;
    if (kind == Kind::Word) {
        if (word == "true"_L1 || word == "false"_L1)
            return word == "true"_L1;
        return word;
    }
    bool whole = false;
    const qint64 count = word.toLongLong(&whole);
    if (whole)
        return count;
    bool fraction = false;
    const double number = word.toDouble(&fraction);
    return fraction && std::isfinite(number) ? QJsonValue(number) : QJsonValue(word);
}

bool fits(const QJsonValue &value, Kind kind)
{
    switch (kind) {
    case Kind::Number:
        return value.isDouble();
    case Kind::Count:
        return value.isDouble() && std::trunc(value.toDouble()) == value.toDouble();
    case Kind::Word:
        return value.isString() || value.isBool();
    }
    Q_UNREACHABLE();
}

QString mistake(const DialectField &field, const QJsonValue &value)
{
    if (value.isUndefined() || value.isNull() || fits(value, field.kind))
        return {};
    switch (field.kind) {
    case Kind::Number:
        return ParameterFields::tr("%1: a number such as 0.7 belongs here. It is sent as typed.")
            .arg(field.label);
    case Kind::Count:
        return ParameterFields::tr(
                   "%1: a whole number such as 256 belongs here. It is sent as typed.")
            .arg(field.label);
    case Kind::Word:
        return ParameterFields::tr("%1: a word belongs here. It is sent as it stands in the JSON.")
            .arg(field.label);
    }
    Q_UNREACHABLE();
}

} // namespace

ParameterFields::ParameterFields(RequestDocument *document, QWidget *parent)
    : QWidget(parent)
    , m_document(document)
    , m_panel(new QWidget)
    , m_button(new DisclosureButton(
          tr("Parameters"), tr("What else the request says: temperature, the longest answer"),
          m_panel))
    , m_grid(new QGridLayout(m_panel))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(8);
    m_grid->setVerticalSpacing(4);
    m_grid->setColumnStretch(1, 1);
    m_grid->setColumnStretch(3, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_button, 0, Qt::AlignLeft);
    layout->addWidget(m_panel);
    connect(m_button, &QToolButton::toggled, this, &ParameterFields::toggled);
    // Whoever opens them wants to type; restoring a session does not come this way.
    connect(m_button, &QToolButton::clicked, this, [this](bool open) {
        if (open && !m_rows.empty())
            m_rows.front().edit->setFocus(Qt::OtherFocusReason);
    });
    connect(m_document, &RequestDocument::changed, this, &ParameterFields::refresh);
    refresh();
}

bool ParameterFields::isOpen() const
{
    return m_button->isChecked();
}

void ParameterFields::setOpen(bool open)
{
    m_button->setChecked(open);
}

void ParameterFields::build()
{
    m_rows.clear();
    while (QLayoutItem *item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_dialect = m_document->dialect();
    if (!m_dialect)
        return;
    const QList<DialectField> &fields = m_dialect->facts().fields;
    for (qsizetype i = 0; i < fields.size(); ++i)
        addRow(fields.at(i), int(i));
}

//! Two beside each other: what they hold is short.
void ParameterFields::addRow(const DialectField &field, int index)
{
    const int line = 3 * (index / 2);
    const int column = 2 * (index % 2);
    auto *edit = new QLineEdit;
    // By itself "Seed" would be the waits'.
    edit->setAccessibleName(tr("Parameter %1").arg(field.label));
    edit->setToolTip(tr("\u201c%1\u201d in the JSON").arg(field.member));
    auto *label = new QLabel(field.label);
    label->setBuddy(edit);
    const Row row{field, edit, new FieldNote(edit)};
    m_grid->addWidget(label, line, column);
    m_grid->addWidget(edit, line, column + 1);
    m_grid->addWidget(row.note, line + 1 + index % 2, 0, 1, 4);
    // New ones would come last in the window.
    QWidget::setTabOrder(m_rows.empty() ? static_cast<QWidget *>(m_button) : m_rows.back().edit,
                         edit);
    connect(edit, &QLineEdit::textEdited, this, [this, row] { store(row); });
    m_rows.push_back(row);
}

void ParameterFields::refresh()
{
    if (m_document->dialect() != m_dialect)
        build();
    for (const Row &row : m_rows)
        refreshRow(row);
    refreshButton();
}

void ParameterFields::refreshRow(const Row &row)
{
    const QJsonObject &extra = m_document->chat().extra;
    const QJsonValue value = memberAt(extra, row.field.member);
    // What is being typed ("0.") may mean the same as what the JSON has.
    const QJsonValue standing = typed(row.edit->text(), row.field.kind);
    if (standing != value && !(standing.isUndefined() && value.isNull()))
        row.edit->setText(shown(value));
    const bool byDefault = value.isUndefined() && !row.field.defaultValue.isEmpty();
    row.edit->setPlaceholderText(byDefault ? row.field.defaultValue : tr("not sent"));
    row.note->setMessage(mistake(row.field, value));
    row.edit->setEnabled(m_document->fitsForm() && hasRoomAt(extra, row.field.member)
                         && !value.isObject() && !value.isArray());
}

void ParameterFields::refreshButton()
{
    const QJsonObject &extra = m_document->chat().extra;
    const auto isSet = [&extra](const Row &row) {
        const QJsonValue value = memberAt(extra, row.field.member);
        return !value.isUndefined() && !value.isNull();
    };
    const auto count = static_cast<int>(std::ranges::count_if(m_rows, isSet));
    m_button->setText(count == 0 ? tr("Parameter&s") : tr("Parameter&s: %n set", nullptr, count));
}

void ParameterFields::store(const Row &row)
{
    ChatRequest chat = m_document->chat();
    setMemberAt(chat.extra, row.field.member, typed(row.edit->text(), row.field.kind));
    m_document->setChat(chat);
    // Where the JSON stayed the same, nobody else looks.
    refreshRow(row);
}

} // namespace Retryscope
