import { titled } from '../marks.ts';
import { hourSeconds, type KnownApp } from '../profile.ts';

export default {
  id: 'jupyter',
  title: 'Jupyter',
  ports: [8888],
  streaming: ['websocket'],
  readTimeoutSeconds: hourSeconds,
  maxBodyBytes: 0,
  // While it listens on loopback, it answers any other Host with 403 (unless ServerApp.allow_remote_access is set).
  upstreamHost: 'localhost',
  origin: true,
  bind: '--ip=127.0.0.1',
  login: 'own',
  openPath: '/api/status',
  subPath: { setting: '--ServerApp.base_url={path}/', keepsPath: true },
  basis: 'measured',
  marks: [titled(/^(?:Jupyter (?:Server|Notebook)|JupyterLab)$/)],
} satisfies KnownApp;
