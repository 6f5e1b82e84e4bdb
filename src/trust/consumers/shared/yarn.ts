import { inTemporaryFolder, type Probe, byIndexLookup } from '../../consumer.ts';
import { refusedByNode } from './node-errors.ts';

/** @param versions shell pattern. Any other version counts as absent. */
export function yarnProbe(versions: string): (interpreter: string, url: string) => Probe {
  return (interpreter, url) => ({
    ...inTemporaryFolder(
      interpreter,
      url,
      `case "$("$1" --version)" in ${versions}) ;; *) echo everyhop-absent; exit;; esac; ` +
        'echo "{}" > package.json && : > yarn.lock && export npm_config_registry="$2" YARN_NPM_REGISTRY_SERVER="$2" ' +
        'YARN_HTTP_RETRY=0 YARN_ENABLE_TELEMETRY=0 && "$1" add everyhop-probe',
    ),
    read: (end) =>
      end.stdout.includes('everyhop-absent')
        ? { outcome: 'absent', detail: '' }
        : byIndexLookup(
            /Couldn't find package|\b\d{3} \([A-Z][a-z ]+\)|Unexpected token|not valid JSON|Request failed \\"\d{3}|Received (?:malformed|invalid) response/i,
            refusedByNode,
          )(end),
  });
}
