import { atStart, pythonLibrary } from './shared/python.ts';

export default pythonLibrary('confluent_kafka', {
  variables: atStart,
  settings: [{ option: 'ssl.ca.location' }],
  distribution: 'confluent-kafka',
  code: String.raw`
import confluent_kafka, confluent_kafka.admin, time
# Kafka's own protocol: a server of another kind closes the connection after the handshake.
def attempt():
    said = []
    client = confluent_kafka.admin.AdminClient({
        "bootstrap.servers": "%s:%d" % (host, port), "security.protocol": "ssl",
        "error_cb": lambda error: said.append(error.str()), "log_level": 0,
    })
    limit = time.monotonic() + 10
    while time.monotonic() < limit:
        client.poll(0.1)
        for text in said:
            if "certificate verify failed" in text:
                end("refused", text)
        # It tells of a closed connection only in this way, and of every other failure before.
        if len(said) == 1 and "brokers are down" in said[0]:
            end("verified")
    end("failed", said[-1] if said else "no answer within 10 s")
`,
});
