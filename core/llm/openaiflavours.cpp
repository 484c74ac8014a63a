// SPDX-License-Identifier: MIT
#include "core/llm/openaiflavours_p.h"

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

HeaderField bearer()
{
    return {"Authorization", "Bearer "};
}

//! Servers that send usage by themselves, and may refuse to be asked for it.
QJsonObject noStreamOptions()
{
    return {{u"stream_options"_s, QJsonValue::Null}};
}

} // namespace

QList<DialectFlavour> openAiChatFlavours()
{
    const QString chat = u"/v1/chat/completions"_s;
    const QString models = u"/v1/models"_s;
    return {
        {u"openai"_s,
         u"OpenAI"_s,
         u"https://api.openai.com"_s,
         chat,
         models,
         u"gpt-4o-mini"_s,
         bearer(),
         u"OPENAI_API_KEY"_s,
         {},
         {}},
        {u"azure"_s,
         u"Azure OpenAI"_s,
         u"https://{resource}.openai.azure.com"_s,
         u"/openai/deployments/{deployment}/chat/completions?api-version=2024-10-21"_s,
         u"/openai/v1/models"_s,
         u"gpt-4o-mini"_s,
         {"api-key", ""},
         u"AZURE_OPENAI_API_KEY"_s,
         {},
         u"The first event has no choices, only what the filter says of the prompt."_s},
        {u"openrouter"_s,
         u"OpenRouter"_s,
         u"https://openrouter.ai"_s,
         u"/api/v1/chat/completions"_s,
         u"/api/v1/models"_s,
         u"openai/gpt-4o-mini"_s,
         bearer(),
         u"OPENROUTER_API_KEY"_s,
         {},
         u"Comments come while the provider is waited for."_s},
        {u"groq"_s,
         u"Groq"_s,
         u"https://api.groq.com"_s,
         u"/openai/v1/chat/completions"_s,
         u"/openai/v1/models"_s,
         u"llama-3.1-8b-instant"_s,
         bearer(),
         u"GROQ_API_KEY"_s,
         {},
         u"No [DONE] follows an error event."_s},
        {u"deepseek"_s,
         u"DeepSeek"_s,
         u"https://api.deepseek.com"_s,
         u"/chat/completions"_s,
         u"/models"_s,
         u"deepseek-chat"_s,
         bearer(),
         u"DEEPSEEK_API_KEY"_s,
         {},
         u"Comments or blank lines come while the request waits for its turn."_s},
        {u"mistral"_s, u"Mistral"_s, u"https://api.mistral.ai"_s, chat, models,
         u"mistral-small-latest"_s, bearer(), u"MISTRAL_API_KEY"_s, noStreamOptions(),
         u"Reasoning models send the content as a list of parts."_s},
        {u"xai"_s,
         u"xAI"_s,
         u"https://api.x.ai"_s,
         chat,
         models,
         u"grok-4-1-fast"_s,
         bearer(),
         u"XAI_API_KEY"_s,
         {},
         u"Tool calls come whole, in one event."_s},
        {u"perplexity"_s, u"Perplexity"_s, u"https://api.perplexity.ai"_s, u"/chat/completions"_s,
         models, u"sonar"_s, bearer(), u"PERPLEXITY_API_KEY"_s, noStreamOptions(),
         u"No [DONE] ends the stream, but the event \"chat.completion.done\" with the finish reason."_s,
         true},
        {u"gpustack"_s,
         u"GPUStack"_s,
         u"http://localhost"_s,
         chat,
         models,
         {},
         bearer(),
         u"GPUSTACK_API_KEY"_s,
         {},
         u"No [DONE] ends the stream: the last event has the finish reason or the usage, then the body ends."_s,
         true},
        {u"vllm"_s,
         u"vLLM"_s,
         u"http://localhost:8000"_s,
         chat,
         models,
         {},
         bearer(),
         u"VLLM_API_KEY"_s,
         {},
         {}},
        {u"llama.cpp"_s,
         u"llama.cpp"_s,
         u"http://localhost:8080"_s,
         chat,
         models,
         {},
         bearer(),
         u"LLAMA_API_KEY"_s,
         {},
         {}},
        {u"ollama-v1"_s,
         u"Ollama /v1"_s,
         u"http://localhost:11434"_s,
         chat,
         models,
         u"llama3.2"_s,
         bearer(),
         u"OLLAMA_API_KEY"_s,
         {},
         {}},
    };
}

QList<DialectFlavour> openAiResponsesFlavours()
{
    return {
        {u"openai"_s,
         u"OpenAI"_s,
         u"https://api.openai.com"_s,
         u"/v1/responses"_s,
         u"/v1/models"_s,
         u"gpt-4o-mini"_s,
         bearer(),
         u"OPENAI_API_KEY"_s,
         {},
         {}},
        {u"azure"_s,
         u"Azure OpenAI"_s,
         u"https://{resource}.openai.azure.com"_s,
         u"/openai/v1/responses"_s,
         u"/openai/v1/models"_s,
         u"gpt-4o-mini"_s,
         {"api-key", ""},
         u"AZURE_OPENAI_API_KEY"_s,
         {},
         {}},
        {u"openrouter"_s,
         u"OpenRouter"_s,
         u"https://openrouter.ai"_s,
         u"/api/v1/responses"_s,
         u"/api/v1/models"_s,
         u"openai/gpt-4o-mini"_s,
         bearer(),
         u"OPENROUTER_API_KEY"_s,
         {},
         u"Events have no names, and [DONE] follows the last one."_s},
        {u"xai"_s,
         u"xAI"_s,
         u"https://api.x.ai"_s,
         u"/v1/responses"_s,
         u"/v1/models"_s,
         u"grok-4-1-fast"_s,
         bearer(),
         u"XAI_API_KEY"_s,
         {},
         {}},
    };
}

} // namespace Retryscope
