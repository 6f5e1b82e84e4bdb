import { defineConsumer, inTemporaryFolder, byIndexLookup } from '../consumer.ts';
import { openSsl } from './shared/openssl.ts';

export default defineConsumer({
  id: 'uv',
  runtime: 'uv',
  command: { name: /^uvx?$/ },
  variables: openSsl,
  traps: [],
  tested: 'debian-12',
  probe: (interpreter, url) => ({
    ...inTemporaryFolder(
      interpreter,
      url,
      'echo everyhop-probe | UV_HTTP_RETRIES=0 "$1" --no-config pip compile --no-cache --no-python-downloads --index-url "$2" -',
    ),
    read: byIndexLookup(
      /was not found in the package registry|HTTP status (?:client|server) error|not a valid|Unsupported Content-Type/i,
      /invalid peer certificate/,
    ),
  }),
});
