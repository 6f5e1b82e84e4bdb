/** Streams one answer with Node's fetch and prints each token as a JSON line. */
const response = await fetch(`${process.argv[2]}/chat/completions`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    model: 'everyhop-demo',
    stream: true,
    messages: [{ role: 'user', content: 'count to 12' }],
  }),
});
let buffered = '';
for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
  const lines = (buffered + piece).split('\n');
  buffered = lines.pop()!;
  for (const line of lines.filter((line) => line.startsWith('data: {'))) {
    const chunk = JSON.parse(line.slice(6)) as { choices: { delta: { content?: string } }[] };
    const token = chunk.choices[0]!.delta.content;
    if (token !== undefined) console.log(JSON.stringify(token));
  }
}
