// SPDX-License-Identifier: MIT
#include "core/sandbox/answertext_p.h"

#include "core/base/random.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace Retryscope {

namespace {

using Phrases = std::span<const std::string_view>;

// Tokens within a phrase are separated by '|', and carry the blank that belongs to them.
constexpr std::array<std::string_view, 4> openings{
    "What| the| trace| shows| —| attempt| by| attempt| —| is| this|:",
    "Here| is| the| picture| 😀| —| every| try|,| every| pause|:",
    "Read| from| left| to| right|,| the| trace| is| plain| —| no| résumé| needed|.",
    "One| request|,| several| attempts| —| and| a| reason| for| each| 😉|.",
};
constexpr std::array<std::string_view, 12> subjects{
    " The| first| attempt", " A| refused| connection", " The| TLS| handshake",
    " Each| wait",          " The| naïve| client",     " A| truncated| stream",
    " The| second| try",    " The| café|'s| network",  " An| expired| certificate",
    " The| last| byte",     " A| quiet| server",       " The| name| lookup",
};
constexpr std::array<std::string_view, 10> verbs{
    " ends| before",     " explains",     " meets", " waits| behind",  " reveals",
    " is| longer| than", " comes| after", " draws", " gives| way| to", " stands| beside",
};
constexpr std::array<std::string_view, 12> objects{
    " the| first| token", " a| closed| port",  " the| status| line", " an| honest| error",
    " the| drawn| delay", " a| longer| pause", " the| end| marker",  " one| copy| on| the| wire",
    " a| déjà|-vu",       " the| schedule",    " a| clean| answer",  " the| reason| for| it",
};
constexpr std::array<std::string_view, 8> endings{
    ".",
    ".",
    " once| more|.",
    " —| and| says| so|.",
    ",| as| promised|.",
    " after| 211| ms|.",
    " without| a| second| bill|.",
    " ✔|.",
};
// What ends a text, by the number of tokens that are left.
constexpr std::array<std::string_view, 8> closings{
    " ✓",
    " Done|.",
    " All| clear|.",
    " That| is| all|.",
    " Nothing| else| was| sent|.",
    " The| rest| went| as| planned|.",
    " No| byte| came| without| a| reason|.",
    " Every| pause| had| been| drawn| before| it|.",
};

int lengthOf(std::string_view phrase)
{
    return int(std::count(phrase.begin(), phrase.end(), '|')) + 1;
}

class Writer
{
public:
    Writer(int count, quint64 seed) : m_left(count), m_random(seed) {}

    QList<QByteArray> write()
    {
        if (m_left >= longestOpening)
            append(pick(openings));
        while (m_left > 0)
            appendSentence();
        if (!m_tokens.isEmpty())
            m_tokens.first() = m_tokens.first().trimmed();
        return m_tokens;
    }

private:
    static constexpr int longestOpening = 15;

    std::string_view pick(Phrases phrases)
    {
        const auto index = static_cast<size_t>(m_random.uniform() * double(phrases.size()));
        return phrases[index];
    }

    void append(std::string_view phrase)
    {
        while (!phrase.empty()) {
            const size_t bar = phrase.find('|');
            const std::string_view token = phrase.substr(0, bar);
            // The phrases live as long as the program: no token costs memory of its own.
            m_tokens += QByteArray::fromRawData(token.data(), qsizetype(token.size()));
            --m_left;
            phrase.remove_prefix(bar == std::string_view::npos ? phrase.size() : bar + 1);
        }
    }

    //! A few draws, because the next one may be shorter; then something that fits.
    void appendSentence()
    {
        for (int draw = 0; draw < 8; ++draw) {
            const std::array sentence{pick(subjects), pick(verbs), pick(objects), pick(endings)};
            int length = 0;
            for (const std::string_view phrase : sentence)
                length += lengthOf(phrase);
            if (length > m_left)
                continue;
            for (const std::string_view phrase : sentence)
                append(phrase);
            return;
        }
        append(closings[std::min(size_t(m_left), closings.size()) - 1]);
    }

    QList<QByteArray> m_tokens;
    int m_left;
    SeededRandom m_random;
};

} // namespace

QList<QByteArray> answerTokens(int count, quint64 seed)
{
    return Writer(count, seed).write();
}

} // namespace Retryscope
