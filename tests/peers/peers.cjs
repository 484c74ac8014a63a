// SPDX-License-Identifier: MIT
// Official clients against the sandbox: node peers.cjs MODULES BASE CLIENT. MODULES is the folder of the packages, BASE
// the sandbox's address. Does what the test's script expects, in its order, and prints one JSON object: each answer as the
// client understood it, each failure as the error it threw.
'use strict';
const path = require('path');
const { createRequire } = require('module');

const [modules, base, client] = process.argv.slice(2);
const load = createRequire(path.join(path.resolve(modules), 'none.js'));
const prompt = 'Hello';
const toolPrompt = 'The weather, please';
const schema = { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer' } } };
const key = 'a-key';

async function collect(stream, take) {
  for await (const event of stream) take(event);
}

// Each client: chat(), stream(), tool() and toolStream(), with {text, tool, arguments, output, stop} as a result.
const clients = {
  'openai-chat'() {
    const OpenAI = load('openai');
    const api = new (OpenAI.OpenAI ?? OpenAI)({ apiKey: key, baseURL: base + '/v1', maxRetries: 0 });
    const tools = [{ type: 'function', function: { name: 'weather', parameters: schema } }];
    const ask = (content, more) =>
      api.chat.completions.create({ model: 'm', messages: [{ role: 'user', content }], ...more });
    const whole = (answer) => {
      const choice = answer.choices[0];
      const call = choice.message.tool_calls?.[0]?.function;
      return { text: choice.message.content, tool: call?.name, arguments: call && JSON.parse(call.arguments),
               output: answer.usage.completion_tokens, stop: choice.finish_reason };
    };
    const streamed = async (content, more) => {
      const all = { text: '' };
      let args = '';
      await collect(await ask(content, { stream: true, stream_options: { include_usage: true }, ...more }), (chunk) => {
        const choice = chunk.choices[0];
        all.text += choice?.delta?.content ?? '';
        const call = choice?.delta?.tool_calls?.[0]?.function;
        all.tool ??= call?.name;
        args += call?.arguments ?? '';
        all.stop = choice?.finish_reason ?? all.stop;
        all.output = chunk.usage?.completion_tokens ?? all.output;
      });
      return { ...all, arguments: args && JSON.parse(args) };
    };
    return {
      chat: async () => whole(await ask(prompt)),
      stream: () => streamed(prompt),
      tool: async () => whole(await ask(toolPrompt, { tools })),
      toolStream: () => streamed(toolPrompt, { tools }),
    };
  },

  'openai-responses'() {
    const OpenAI = load('openai');
    const api = new (OpenAI.OpenAI ?? OpenAI)({ apiKey: key, baseURL: base + '/v1', maxRetries: 0 });
    const tools = [{ type: 'function', name: 'weather', parameters: schema, strict: false }];
    const whole = (answer) => {
      const call = answer.output.find((item) => item.type === 'function_call');
      return { text: answer.output_text, tool: call?.name, arguments: call && JSON.parse(call.arguments),
               output: answer.usage?.output_tokens, stop: answer.status };
    };
    // The client's own accumulator: it throws at events out of order.
    const streamed = async (input, more) => whole(await api.responses.stream({ model: 'm', input, ...more }).finalResponse());
    return {
      chat: async () => whole(await api.responses.create({ model: 'm', input: prompt })),
      stream: () => streamed(prompt),
      tool: async () => whole(await api.responses.create({ model: 'm', input: toolPrompt, tools })),
      toolStream: () => streamed(toolPrompt, { tools }),
    };
  },

  anthropic() {
    const Anthropic = load('@anthropic-ai/sdk');
    const api = new (Anthropic.Anthropic ?? Anthropic)({ apiKey: key, baseURL: base, maxRetries: 0 });
    const tools = [{ name: 'weather', input_schema: schema }];
    const request = (content, more) =>
      ({ model: 'm', max_tokens: 1000, messages: [{ role: 'user', content }], ...more });
    const whole = (answer) => {
      const call = answer.content.find((block) => block.type === 'tool_use');
      return { text: answer.content.filter((block) => block.type === 'text').map((block) => block.text).join(''),
               tool: call?.name, arguments: call?.input, output: answer.usage.output_tokens, stop: answer.stop_reason };
    };
    const streamed = async (content, more) => whole(await api.messages.stream(request(content, more)).finalMessage());
    return {
      chat: async () => whole(await api.messages.create(request(prompt))),
      stream: () => streamed(prompt),
      tool: async () => whole(await api.messages.create(request(toolPrompt, { tools }))),
      toolStream: () => streamed(toolPrompt, { tools }),
    };
  },

  gemini() {
    const { GoogleGenAI } = load('@google/genai');
    const api = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: base, retryOptions: { attempts: 1 } } });
    const config = { tools: [{ functionDeclarations: [{ name: 'weather', parametersJsonSchema: schema }] }] };
    const request = (contents, more) => ({ model: 'm', contents, ...more });
    const add = (all, chunk) => {
      const candidate = chunk.candidates?.[0];
      for (const part of candidate?.content?.parts ?? []) {
        all.text += part.text ?? '';
        all.tool ??= part.functionCall?.name;
        all.arguments ??= part.functionCall?.args;
      }
      all.stop = candidate?.finishReason ?? all.stop;
      all.output = chunk.usageMetadata?.candidatesTokenCount ?? all.output;
      return all;
    };
    const streamed = async (contents, more) => {
      const all = { text: '' };
      await collect(await api.models.generateContentStream(request(contents, more)), (chunk) => add(all, chunk));
      return all;
    };
    return {
      chat: async () => add({ text: '' }, await api.models.generateContent(request(prompt))),
      stream: () => streamed(prompt),
      tool: async () => add({ text: '' }, await api.models.generateContent(request(toolPrompt, { config }))),
      toolStream: () => streamed(toolPrompt, { config }),
    };
  },

  ollama() {
    const { Ollama } = load('ollama');
    const api = new Ollama({ host: base, headers: { Authorization: 'Bearer ' + key } });
    const tools = [{ type: 'function', function: { name: 'weather', description: '', parameters: schema } }];
    const request = (content, more) => ({ model: 'm', messages: [{ role: 'user', content }], ...more });
    const add = (all, answer) => {
      const call = answer.message?.tool_calls?.[0]?.function;
      all.text += answer.message?.content ?? '';
      all.tool ??= call?.name;
      all.arguments ??= call?.arguments;
      all.stop = answer.done_reason ?? all.stop;
      all.output = answer.eval_count ?? all.output;
      return all;
    };
    const streamed = async (content, more) => {
      const all = { text: '' };
      await collect(await api.chat(request(content, { stream: true, ...more })), (part) => add(all, part));
      return all;
    };
    return {
      chat: async () => add({ text: '' }, await api.chat(request(prompt))),
      stream: () => streamed(prompt),
      tool: async () => add({ text: '' }, await api.chat(request(toolPrompt, { tools }))),
      toolStream: () => streamed(toolPrompt, { tools }),
    };
  },

  cohere() {
    const { CohereClientV2 } = load('cohere-ai');
    const api = new CohereClientV2({ token: key, environment: base });
    const tools = [{ type: 'function', function: { name: 'weather', parameters: schema } }];
    const request = (content, more) => ({ model: 'm', messages: [{ role: 'user', content }], ...more });
    const options = { maxRetries: 0 };
    const whole = (answer) => {
      const call = answer.message.toolCalls?.[0]?.function;
      return { text: (answer.message.content ?? []).map((part) => part.text).join(''), tool: call?.name,
               arguments: call && JSON.parse(call.arguments), output: answer.usage.tokens.outputTokens,
               stop: answer.finishReason };
    };
    const streamed = async (content, more) => {
      const all = { text: '' };
      let args = '';
      await collect(await api.chatStream(request(content, more), options), (event) => {
        const message = event.delta?.message;
        all.text += message?.content?.text ?? '';
        all.tool ??= message?.toolCalls?.function?.name;
        args += message?.toolCalls?.function?.arguments ?? '';
        all.stop = event.delta?.finishReason ?? all.stop;
        all.error = event.delta?.error ?? all.error;
        all.output = event.delta?.usage?.tokens?.outputTokens ?? all.output;
      });
      return { ...all, arguments: args && JSON.parse(args) };
    };
    return {
      chat: async () => whole(await api.chat(request(prompt), options)),
      stream: () => streamed(prompt),
      tool: async () => whole(await api.chat(request(toolPrompt, { tools }), options)),
      toolStream: () => streamed(toolPrompt, { tools }),
    };
  },
};

// As the script of the test has it: one request each.
const steps = [
  ['chat', 'chat'], ['stream', 'stream'], ['tool', 'tool'], ['toolStream', 'toolStream'],
  ['http-429', 'chat'], ['http-500', 'stream'], ['eof', 'chat'], ['no-terminal', 'stream'], ['cut', 'stream'],
  ['error-event', 'stream'], ['crlf', 'stream'], ['split-utf8', 'stream'], ['comments', 'stream'], ['length-stop', 'chat'],
];

function describe(error) {
  const parts = [error, error.cause, error.cause?.cause].filter(Boolean);
  return { error: error.constructor.name, status: error.status ?? error.statusCode ?? error.status_code ?? null,
           message: parts.map((part) => String(part.message ?? part)).join(' | ') };
}

async function main() {
  const api = clients[client]();
  const result = {};
  for (const [name, action] of steps) {
    try {
      result[name] = await api[action]();
    } catch (error) {
      result[name] = describe(error);
    }
  }
  // At once: a client's timers would keep the program alive for minutes.
  process.stdout.write(JSON.stringify(result) + '\n', () => process.exit(0));
}

main().catch((error) => {
  process.stderr.write(String(error?.stack ?? error) + '\n');
  process.exitCode = 1;
});
