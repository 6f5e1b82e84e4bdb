// Private roots besides the public ones, for this program only: node chat.js https://models.internal/ root.pem
import { createTrust } from 'everyhop';

const [url, ...rootFiles] = process.argv.slice(2);
const trust = await createTrust({ rootFiles, onRejected: (error) => console.error(error.message) });
const answer = await trust.fetch(url);
console.log(answer.status);
await trust.close();
