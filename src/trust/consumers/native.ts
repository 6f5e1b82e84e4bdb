import { byExit, type Consumer, lastLine, readOutcome } from './consumer.ts';

const openSsl = [
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

/** Programs of their own, and what other languages bring. */
export const native: readonly Consumer[] = [
  {
    id: 'java',
    runtime: 'java',
    variables: [{ name: 'JAVA_TOOL_OPTIONS', effect: 'replace' }],
    traps: ['trap.java-silent', 'trap.ignores-ssl-cert'],
    standing: 'tested',
    probe: (interpreter, url) => ({
      program: '/bin/sh',
      args: [
        '-c',
        'folder=$(mktemp -d) && trap \'rm -rf "$folder"\' EXIT && printf %s "$3" > "$folder/Probe.java" && "$1" "$folder/Probe.java" "$2"',
        'sh',
        interpreter,
        url,
        javaSource,
      ],
      read: (end) =>
        /error: (?:compiler|could not find)|ClassNotFoundException: Probe|Could not find or load main class/i.test(
          end.stderr,
        )
          ? { outcome: 'absent', detail: lastLine(end.stderr) }
          : readOutcome(end),
    }),
  },
  {
    id: 'curl',
    runtime: 'curl',
    variables: [
      { name: 'CURL_CA_BUNDLE', effect: 'replace' },
      { name: 'SSL_CERT_FILE', effect: 'replace' },
    ],
    traps: [],
    standing: 'tested',
    probe: (interpreter, url) => ({
      program: interpreter,
      args: ['--silent', '--show-error', '--max-time', '10', '--output', '/dev/null', url],
      read: byExit(/^curl: \((?:60|77|35)\)/),
    }),
  },
  {
    id: 'git',
    runtime: 'git',
    variables: [{ name: 'GIT_SSL_CAINFO', effect: 'replace' }],
    traps: ['trap.ignores-ssl-cert'],
    standing: 'tested',
    probe: (interpreter, url) => ({
      program: interpreter,
      args: ['-c', 'http.followRedirects=false', 'ls-remote', url],
      read: (end) => {
        const { outcome, detail } = byExit(/certificate|SSL|CAfile/i)(end);
        // It got through, and found no repository there.
        const answered = /not found|not valid|unable to update|The requested URL returned|empty reply/i.test(
          end.stderr,
        );
        return outcome === 'failed' && answered ? { outcome: 'verified', detail: '' } : { outcome, detail };
      },
    }),
  },
  {
    id: 'wget',
    runtime: 'wget',
    variables: [],
    traps: ['trap.no-variable'],
    standing: 'tested',
    probe: (interpreter, url) => ({
      program: interpreter,
      args: ['--quiet', '--tries=1', '--timeout=10', '--output-document=/dev/null', url],
      read: ({ code, stderr }) =>
        code === 5
          ? { outcome: 'refused', detail: lastLine(stderr) }
          : { outcome: code === 0 || code === 8 ? 'verified' : 'failed', detail: lastLine(stderr) },
    }),
  },
  { id: 'go', runtime: 'go', variables: openSsl, traps: ['trap.missing-file-silent'], standing: 'tested' },
  {
    id: 'rust-native-certs',
    runtime: undefined,
    variables: openSsl,
    traps: ['trap.own-roots'],
    standing: 'documented',
  },
  {
    id: 'cargo',
    runtime: undefined,
    variables: [
      { name: 'CARGO_HTTP_CAINFO', effect: 'add' },
      { name: 'SSL_CERT_FILE', effect: 'add' },
    ],
    traps: [],
    standing: 'documented',
  },
  { id: 'ruby', runtime: 'ruby', variables: openSsl, traps: [], standing: 'documented' },
  { id: 'php', runtime: 'php', variables: openSsl, traps: [], standing: 'documented' },
  { id: 'dotnet', runtime: 'dotnet', variables: openSsl, traps: [], standing: 'documented' },
  ...(['docker-daemon', 'containerd', 'chromium', 'firefox'] as const).map((id): Consumer => ({
    id,
    runtime: undefined,
    variables: [],
    traps: ['trap.own-store'],
    standing: 'documented',
  })),
];
