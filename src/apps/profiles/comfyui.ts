import { has, titled } from '../marks.ts';
import { hourSeconds, mebibyte, type KnownApp } from '../profile.ts';

export default {
  id: 'comfyui',
  title: 'ComfyUI',
  ports: [8188],
  streaming: ['websocket'],
  readTimeoutSeconds: hourSeconds,
  // Its default for --max-upload-size.
  maxBodyBytes: 100 * mebibyte,
  // Compares Origin with Host if Host is a loopback name; the visitor's Host passes.
  origin: true,
  bind: '--listen 127.0.0.1',
  login: 'none',
  subPath: {},
  basis: 'documented',
  marks: [
    titled(/^ComfyUI$/),
    {
      path: '/system_stats',
      isIn: ({ json }) => has((json as { system?: unknown } | null)?.system, 'comfyui_version'),
    },
  ],
} satisfies KnownApp;
