import { defineConsumer } from '../consumer.ts';
import { perlScript } from './shared/perl.ts';

/** HTTP::Tiny, and other modules on IO::Socket::SSL. */
export default defineConsumer({
  id: 'perl-tiny',
  runtime: 'perl',
  variables: [{ name: 'SSL_CERT_FILE', effect: 'replace' }],
  traps: [],
  tested: 'debian-12',
  probe: perlScript(
    'HTTP::Tiny',
    'my $answer = HTTP::Tiny->new(timeout => 10, verify_SSL => 1)->get($url); ($code, $said) = ($answer->{status}, $answer->{content});',
  ),
});
