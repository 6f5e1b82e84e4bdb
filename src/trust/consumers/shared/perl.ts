import type { Probe } from '../../consumer.ts';

/** @param code sets `$code` and `$said` from a request to `$url`. An HTTP status of the server counts as verified. */
export function perlScript(module: string, code: string): (interpreter: string, url: string) => Probe {
  const script = String.raw`
use strict;
use JSON::PP;
my ($module, $url) = @ARGV;
my ($code, $said) = (0, "");
sub finish {
    my ($outcome, $detail) = @_;
    print JSON::PP->new->ascii->encode({ outcome => $outcome, detail => substr($detail // "", 0, 300) }), "\n";
    exit 0;
}
eval "require $module; require IO::Socket::SSL; 1" or finish("absent", $@);
${code}
# Without a status of the server, the modules give 500 or 599 and say what failed.
finish("verified") unless $code == 599 || $code == 500 && $said =~ /connect/i;
finish($said =~ /certificate verify failed/ ? "refused" : "failed", $said);
`;
  return (interpreter, url) => ({ program: interpreter, args: ['-e', script, module, url] });
}
