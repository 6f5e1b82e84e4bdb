/** Asks with a wrong key, then streams with the key of OPENAI_API_KEY. Prints what it got, a JSON line each. */
import OpenAI, { AuthenticationError } from 'openai';

const say = (...what: unknown[]): void => console.log(JSON.stringify(what));
const sayRefused = (error: unknown): void => {
  if (!(error instanceof AuthenticationError)) throw error;
  say('refused', 'AuthenticationError', error.code);
};
const baseURL = process.argv[2]!;
await new OpenAI({ baseURL, apiKey: 'eh_wrong', maxRetries: 0 }).models.list().catch(sayRefused);
const client = new OpenAI({ baseURL, maxRetries: 0 });
try {
  const messages = [{ role: 'user' as const, content: 'hello' }];
  const stream = await client.chat.completions.create({ model: 'any', messages, stream: true });
  for await (const chunk of stream) say('token', chunk.choices[0]?.delta.content);
  say('end');
} catch {
  say('cut');
}
await client.models.list().catch(sayRefused);
