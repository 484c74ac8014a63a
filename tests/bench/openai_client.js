// SPDX-License-Identifier: MIT
// What OpenAI's own client for Node makes of a recorded stream: one line of JSON. No network: the client gets the file
// in place of an answer, in pieces of 64 kB.
//     node openai_client.js FILE FOLDER     (FOLDER/node_modules has the package "openai")
'use strict';
const fs = require('fs');
const path = require('path');
const { createRequire } = require('module');
const { Readable } = require('stream');

async function main() {
    const [file, folder] = process.argv.slice(2);
    const from = createRequire(path.join(path.resolve(folder), 'x.js'));
    const loaded = from('openai');
    const OpenAI = loaded.default || loaded;
    const answer = async () =>
        new Response(Readable.toWeb(fs.createReadStream(file, { highWaterMark: 65536 })),
                     { headers: { 'content-type': 'text/event-stream' } });
    const client = new OpenAI({ apiKey: 'none', fetch: answer, maxRetries: 0 });
    const begin = process.cpuUsage();
    const stream = await client.chat.completions.create({ model: 'm', messages: [], stream: true });
    let events = 0;
    let text = '';
    for await (const chunk of stream) {
        ++events;
        text += chunk.choices[0]?.delta?.content ?? '';
    }
    const used = process.cpuUsage(begin);
    console.log(JSON.stringify({ version: from('openai/version').VERSION, events, letters: text.length,
                                 bytes: fs.statSync(file).size, nanoseconds: (used.user + used.system) * 1000 }));
}

main().catch(error => {
    console.error(String(error));
    process.exit(2);
});
