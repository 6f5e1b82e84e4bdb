/** The nginx binary, and the lock against changes by another Everyhop. */
export { holdConfiguration } from './program/conf-lock.ts';
export { inspectNginx, type NginxChoice } from './program/inspect.ts';
