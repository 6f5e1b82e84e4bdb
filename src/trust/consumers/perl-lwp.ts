import { defineConsumer } from '../consumer.ts';
import { perlScript } from './shared/perl.ts';

export default defineConsumer({
  id: 'perl-lwp',
  runtime: 'perl',
  command: { name: /^perl(\d|$)/, scripts: /\.(pl|pm|t|psgi)$/ },
  variables: [{ name: 'PERL_LWP_SSL_CA_FILE', effect: 'replace' }],
  traps: ['trap.ignores-ssl-cert'],
  tested: 'debian-12',
  probe: perlScript(
    'LWP::UserAgent',
    'my $answer = LWP::UserAgent->new(timeout => 10)->get($url); ($code, $said) = ($answer->code, $answer->status_line);',
  ),
});
