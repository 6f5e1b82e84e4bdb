import { openSsl } from './shared/openssl.ts';
import { phpLibrary } from './shared/php.ts';

export default phpLibrary('streams', {
  variables: openSsl,
  code: String.raw`
if (!extension_loaded('openssl')) $end('absent');
$said = '';
set_error_handler(function ($number, $text) use (&$said) { $said .= $text . ' '; return true; });
$context = stream_context_create(['http' => ['ignore_errors' => true, 'timeout' => 10]]);
if (file_get_contents($url, false, $context) !== false) $end('verified');
// The connection, with its handshake, was complete.
if (str_contains($said, 'HTTP request failed') && !str_contains($said, 'SSL') && !str_contains($said, 'crypto')) $end('verified');
$end(str_contains($said, 'certificate verify failed') ? 'refused' : 'failed', str_replace("\n", ' ', $said));
`,
});
