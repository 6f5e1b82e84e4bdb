import type { Configuration } from '../../config/configuration.ts';
import type { AccessLogFormat } from '../../edge/access-log.ts';
import type { Finding } from '../../hop/finding.ts';

export interface ServiceOptions {
  stateFolder: string;
  configuration: Configuration;
  /** Reads the configuration again. After an error the old one stays in force. */
  readConfiguration: () => Promise<Configuration>;
  /** As in `StateOptions`. */
  isNew?: boolean | undefined;
  accessLog: AccessLogFormat;
  version: string;
  /** Holds the settings of a DNS provider. */
  env: NodeJS.ProcessEnv;
  /** About the environment, for the status. */
  findings?: readonly Finding[];
}
