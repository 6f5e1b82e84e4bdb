/** The demo chat that `up` serves if no app is given. */
export { startDemo } from './demo/server.ts';
export { demoWords } from './demo/messages.ts';
