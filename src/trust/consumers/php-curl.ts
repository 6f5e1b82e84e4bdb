import { phpLibrary } from './shared/php.ts';

export default phpLibrary('curl', {
  // The empty element before the colon stands for PHP's default folder.
  variables: [{ name: 'PHP_INI_SCAN_DIR', effect: 'replace', value: ':{php}' }],
  traps: ['trap.php-curl'],
  code: String.raw`
if (!extension_loaded('curl')) $end('absent');
$handle = curl_init($url);
curl_setopt_array($handle, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 10]);
if (curl_exec($handle) !== false) $end('verified');
// The handshake was complete.
if ((curl_getinfo($handle)['appconnect_time_us'] ?? 0) > 0 && !in_array(curl_errno($handle), [60, 77], true)) $end('verified');
$end(in_array(curl_errno($handle), [35, 60, 77], true) ? 'refused' : 'failed', curl_error($handle));
`,
});
