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
    "Read| from| left| to| right|,| the| trace| explains| itself| —| no| résumé| needed|.",
    "One| request|,| several| attempts| —| and| a| reason| for| each| 😉|.",
};
constexpr std::array<std::string_view, 20> sentences{
    " A| program| that| fails| at| once| would| only| fail| again|,| so| it| waits|.",
    " Each| wait| doubles| the| one| before|,| until| a| cap| holds| it|.",
    " Jitter| keeps| a| thousand| clients| from| knocking| at| the| same| instant|.",
    " A| refused| connection| cost| nothing|:| no| byte| of| the| request| had| left|.",
    " A| name| that| is| not| found| is| found|,| perhaps|,| a| moment| later|.",
    " An| expired| certificate| does| not| get| better| by| waiting| —| only| by| its| owner|.",
    " When| the| request| had| left|,| the| server| may| have| done| the| work| twice|.",
    " The| status| line| is| the| border|:| behind| it| nothing| is| sent| again|.",
    " A| stream| without| its| last| event| is| cut|,| whatever| the| transport| says|.",
    " The| same| seed| draws| the| same| waits|,| and| déjà| vu| becomes| a| tool|.",
    " A| naïve| client| counts| answers|;| a| careful| one| counts| requests|.",
    " What| the| wire| saw| and| what| Qt| told| need| not| be| the| same|.",
    " A| keep-alive| is| a| sign| of| life|,| but| it| is| no| answer|.",
    " The| first| token| says| more| about| a| model| than| the| first| byte|.",
    " Behind| a| café's| network|,| a| handshake| may| end| in| the| middle|.",
    " Silence| has| a| price| as| well|,| which| is| why| every| wait| has| a| limit|.",
    " An| error| page| with| status| 200| is| still| an| error| 😉|.",
    " A| deadline| that| cannot| be| met| is| better| refused| at| once|.",
    " Nobody| pays| twice| for| a| request| that| was| proven| unsent|.",
    " If| the| endpoint| lies|,| the| trace| shows| where|.",
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

    //! A few draws, because the next sentence may be shorter or new; then something that fits.
    void appendSentence()
    {
        for (int draw = 0; draw < 16; ++draw) {
            const std::string_view sentence = pick(sentences);
            const bool fresh = std::ranges::find(m_latest, sentence) == m_latest.end();
            if (lengthOf(sentence) > m_left || !fresh)
                continue;
            m_latest[m_next++ % m_latest.size()] = sentence;
            append(sentence);
            return;
        }
        append(closings[std::min(size_t(m_left), closings.size()) - 1]);
    }

    //! Not said again so soon.
    std::array<std::string_view, 12> m_latest{};
    size_t m_next = 0;
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
