import { type Consumer, inFolderOfItsOwn, lastLine, type Probe, readOutcome } from './consumer.ts';

export const openSsl = [
  { name: 'SSL_CERT_FILE', effect: 'replace' },
  { name: 'SSL_CERT_DIR', effect: 'replace' },
] as const;

/** Tried as one source file, which JDKs run as it stands; an HTTP error is an answer. */
const javaSource = `
import java.net.URI;
import java.net.http.*;
public class Probe {
  public static void main(String[] args) throws Exception {
    try {
      HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(args[0])).build(), HttpResponse.BodyHandlers.discarding());
      System.out.println("{\\"outcome\\": \\"verified\\", \\"detail\\": \\"\\"}");
    } catch (javax.net.ssl.SSLException error) {
      System.out.println("{\\"outcome\\": \\"refused\\", \\"detail\\": \\"" + String.valueOf(error.getMessage()).replaceAll("[^ -~]|[\\"\\\\\\\\]", " ") + "\\"}");
    } catch (Exception error) {
      System.out.println("{\\"outcome\\": \\"failed\\", \\"detail\\": \\"" + String.valueOf(error).replaceAll("[^ -~]|[\\"\\\\\\\\]", " ") + "\\"}");
    }
  }
}
`;

const rubyScript = String.raw`
require 'net/http'
require 'json'
outcome, detail = 'verified', ''
begin
  uri = URI(ARGV[0])
  Net::HTTP.start(uri.host, uri.port, use_ssl: true, open_timeout: 10, read_timeout: 10) { |http| http.get('/') }
rescue OpenSSL::SSL::SSLError => error
  outcome, detail = error.message.include?('certificate verify failed') ? 'refused' : 'failed', error.message
rescue StandardError => error
  outcome, detail = 'failed', error.message
end
puts JSON.generate(outcome: outcome, detail: detail)
`;

const phpScript = String.raw`
[$library, $url] = [$argv[1], $argv[2]];
$end = function ($outcome, $detail = '') {
    echo json_encode(['outcome' => $outcome, 'detail' => $detail]), "\n";
    exit(0);
};
if ($library === 'streams') {
    if (!extension_loaded('openssl')) $end('absent');
    $said = '';
    set_error_handler(function ($number, $text) use (&$said) { $said .= $text . ' '; return true; });
    $context = stream_context_create(['http' => ['ignore_errors' => true, 'timeout' => 10]]);
    if (file_get_contents($url, false, $context) !== false) $end('verified');
    $end(str_contains($said, 'certificate verify failed') ? 'refused' : 'failed', str_replace("\n", ' ', $said));
}
if (!extension_loaded('curl')) $end('absent');
$handle = curl_init($url);
curl_setopt_array($handle, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 10]);
if (curl_exec($handle) !== false) $end('verified');
$end(in_array(curl_errno($handle), [35, 60, 77], true) ? 'refused' : 'failed', curl_error($handle));
`;

function ofPhp(library: string): (interpreter: string, url: string) => Probe {
  return (interpreter, url) => ({ program: interpreter, args: ['-r', phpScript, '--', library, url] });
}

/** Runtimes other than Python and JavaScript, and what is compiled. */
export const languages: readonly Consumer[] = [
  {
    id: 'java',
    runtime: 'java',
    variables: [{ name: 'JAVA_TOOL_OPTIONS', effect: 'replace' }],
    settings: [{ store: 'java' }],
    traps: ['trap.java-silent', 'trap.ignores-ssl-cert'],
    tested: 'debian-12',
    probe: (interpreter, url) => ({
      ...inFolderOfItsOwn(interpreter, url, 'printf %s "$3" > Probe.java && "$1" Probe.java "$2"', javaSource),
      read: (end) =>
        /error: (?:compiler|could not find)|ClassNotFoundException: Probe|Could not find or load main class/i.test(
          end.stderr,
        )
          ? { outcome: 'absent', detail: lastLine(end.stderr) }
          : readOutcome(end),
    }),
  },
  { id: 'go', runtime: 'go', variables: openSsl, traps: ['trap.missing-file-silent'], tested: 'debian-12' },
  { id: 'rust-native-certs', runtime: 'rust', variables: openSsl, traps: [], tested: 'debian-12' },
  { id: 'rust-webpki-roots', runtime: 'rust', variables: [], traps: ['trap.own-roots'], tested: 'debian-12' },
  {
    id: 'ruby',
    runtime: 'ruby',
    variables: openSsl,
    traps: [],
    tested: 'debian-12',
    probe: (interpreter, url) => ({ program: interpreter, args: ['-e', rubyScript, url] }),
  },
  {
    id: 'php-streams',
    runtime: 'php',
    variables: openSsl,
    traps: [],
    tested: 'debian-12',
    probe: ofPhp('streams'),
  },
  {
    id: 'php-curl',
    runtime: 'php',
    variables: [{ name: 'PHP_INI_SCAN_DIR', effect: 'replace' }],
    traps: ['trap.php-curl'],
    tested: 'debian-12',
    probe: ofPhp('curl'),
  },
  { id: 'dotnet', runtime: 'dotnet', variables: openSsl, traps: [], tested: 'documented' },
];
