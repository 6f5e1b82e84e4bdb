import { hourSeconds, mebibyte, type KnownApp } from '../profile.ts';

export default {
  id: 'mcp',
  title: 'MCP',
  // FastMCP's default.
  ports: [8000],
  streaming: ['sse'],
  readTimeoutSeconds: hourSeconds,
  maxBodyBytes: 64 * mebibyte,
  // The SDKs for Python and TypeScript answer any Host but localhost's with 421 or 403, unless the app lists others.
  upstreamHost: 'localhost',
  hostPaths: ['/mcp', '/sse'],
  origin: true,
  bind: 'FastMCP(host="127.0.0.1")',
  login: 'none',
  subPath: {},
  basis: 'measured',
  marks: [
    {
      path: '/mcp',
      // Without a session, some servers would start one.
      headers: { 'mcp-session-id': 'everyhop' },
      statuses: [400, 404, 405, 406],
      isIn: ({ json }) => isRefusal(json),
    },
    { path: '/sse', isIn: ({ body }) => /^event: endpoint\r?\ndata: \S+session_?id=/im.test(body) },
  ],
} satisfies KnownApp;

/** A JSON-RPC error. */
function isRefusal(json: unknown): boolean {
  const { jsonrpc, error } = (json ?? {}) as { jsonrpc?: unknown; error?: { code?: unknown } };
  return jsonrpc === '2.0' && typeof error?.code === 'number';
}
