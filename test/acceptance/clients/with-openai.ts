/** Streams one answer with OpenAI's client for Node and prints each token as a JSON line. */
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: process.argv[2]!, apiKey: 'any', maxRetries: 0 });
const stream = await client.chat.completions.create({
  model: 'everyhop-demo',
  messages: [{ role: 'user', content: 'count to 12' }],
  stream: true,
});
for await (const chunk of stream) {
  const token = chunk.choices[0]?.delta.content;
  if (typeof token === 'string') console.log(JSON.stringify(token));
}
