/** The demo chat that `up` serves without an app. */
export { startDemo } from './demo/server.ts';
export { demoWords } from './demo/messages.ts';
