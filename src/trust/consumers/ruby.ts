import { defineConsumer } from '../consumer.ts';
import { openSsl } from './shared/openssl.ts';

const rubyScript = String.raw`
require 'net/http'
require 'json'
outcome, detail, connected = 'verified', '', false
begin
  uri = URI(ARGV[0])
  Net::HTTP.start(uri.host, uri.port, use_ssl: true, open_timeout: 10, read_timeout: 10) do |http|
    connected = true
    http.get('/')
  end
rescue OpenSSL::SSL::SSLError => error
  outcome, detail = error.message.include?('certificate verify failed') ? 'refused' : connected ? 'verified' : 'failed', error.message
rescue StandardError => error
  outcome, detail = connected ? 'verified' : 'failed', error.message
end
puts JSON.generate(outcome: outcome, detail: detail)
`;

export default defineConsumer({
  id: 'ruby',
  runtime: 'ruby',
  command: { name: /^ruby(\d|$)/, scripts: /\.rb$/ },
  variables: openSsl,
  traps: [],
  tested: 'debian-12',
  probe: (interpreter, url) => ({ program: interpreter, args: ['-e', rubyScript, url] }),
});
