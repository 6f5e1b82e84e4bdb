import type { OutsideCase } from './outside-case.ts';

export const uxCases: readonly OutsideCase[] = [
  { id: 'ux/authority-new-silently', symptom: 'A mistyped --state makes a new authority without a word', sources: [] },
  { id: 'ux/completion-values', symptom: 'Completion offers options where a value belongs', sources: [] },
  {
    id: 'ux/config-check-files',
    symptom: '`config check` accepts certificate files that are missing or do not match',
    sources: ['nginx -t', 'caddy validate'],
  },
  {
    id: 'ux/expired-file-all-down',
    symptom: 'An expired certificate file keeps every site down after a restart',
    sources: ['nginx and Caddy start'],
  },
  { id: 'ux/hint-program-name', symptom: 'Hints and cron lines name a program that is not installed', sources: [] },
  {
    id: 'ux/host-0000',
    symptom: '--host 0.0.0.0 asks a public authority for a certificate of that address',
    sources: ['uvicorn --host', 'llama.cpp --host'],
  },
  { id: 'ux/ip-host-not-here', symptom: 'An address that is not on this machine ends the whole edge', sources: [] },
  {
    id: 'ux/name-not-resolvable',
    symptom: 'A name that resolves nowhere is called proven; the browser shows DNS_PROBE_FINISHED_NXDOMAIN',
    sources: ['portless (writes /etc/hosts)'],
  },
  { id: 'ux/nginx-hint-state', symptom: 'Printed commands lose --state and lead to another root', sources: [] },
  { id: 'ux/npm-eats-options', symptom: 'Without `--`, npm swallows --https-port and --state in silence', sources: [] },
  {
    id: 'ux/npm-pid1',
    symptom: 'npm as PID 1 cuts open streams; npm killed alone leaves the program behind',
    sources: [],
  },
  {
    id: 'ux/npm-run-cwd',
    symptom: '`npm run` starts the program in the checkout instead of the user’s folder',
    sources: [],
  },
  {
    id: 'ux/own-files-messages',
    symptom: 'A wrong key, a reversed chain or an expired file is blamed on the authority or the clock',
    sources: ['nginx: key values mismatch'],
  },
  { id: 'ux/readme-contradiction', symptom: 'The README denies what it describes', sources: [] },
  {
    id: 'ux/sudo-edge-user-trust',
    symptom: 'After `sudo … up`, `trust install` of the desktop user installs another root and reports success',
    sources: ['mkcert (calls sudo itself)'],
  },
  {
    id: 'ux/trust-check-gradio',
    symptom: 'An exception after the handshake is reported as a trust failure',
    sources: [],
  },
  {
    id: 'ux/upstream-scheme',
    symptom: 'http:// for an app that speaks TLS, or the reverse, is not explained',
    sources: [],
  },
  { id: 'ux/zh-mixed', symptom: 'Chinese messages contain English sentences', sources: [] },
];
