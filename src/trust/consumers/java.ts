import { defineConsumer, inTemporaryFolder, lastLine, readOutcome } from '../consumer.ts';

/** A single source file, which a JDK runs directly. An HTTP error counts as verified. */
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
      try {
        URI at = URI.create(args[0]);
        javax.net.ssl.SSLContext context = javax.net.ssl.SSLContext.getDefault();
        try (javax.net.ssl.SSLSocket socket = (javax.net.ssl.SSLSocket) context.getSocketFactory().createSocket(at.getHost(), at.getPort() < 0 ? 443 : at.getPort())) {
          socket.startHandshake();
        }
        System.out.println("{\\"outcome\\": \\"verified\\", \\"detail\\": \\"\\"}");
        return;
      } catch (Exception ignored) {}
      System.out.println("{\\"outcome\\": \\"failed\\", \\"detail\\": \\"" + String.valueOf(error).replaceAll("[^ -~]|[\\"\\\\\\\\]", " ") + "\\"}");
    }
  }
}
`;

export default defineConsumer({
  id: 'java',
  runtime: 'java',
  command: { name: /^java$/ },
  variables: [
    {
      name: 'JAVA_TOOL_OPTIONS',
      effect: 'replace',
      // The JKS file needs no password, so one option without spaces is enough and every parser reads it alike.
      value: '-Djavax.net.ssl.trustStore={jks}',
      // In JAVA_TOOL_OPTIONS, a space ends an option unless it is quoted.
      isQuoted: true,
    },
  ],
  settings: [{ store: 'java' }],
  traps: ['trap.java-silent', 'trap.ignores-ssl-cert'],
  tested: 'debian-12',
  probe: (interpreter, url) => ({
    ...inTemporaryFolder(interpreter, url, 'printf %s "$3" > Probe.java && "$1" Probe.java "$2"', javaSource),
    read: (end) =>
      /error: (?:compiler|could not find)|ClassNotFoundException: Probe|Could not find or load main class/i.test(
        end.stderr,
      )
        ? { outcome: 'absent', detail: lastLine(end.stderr) }
        : readOutcome(end),
  }),
});
