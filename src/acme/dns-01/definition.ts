import type { Clock } from '../../base/clock.ts';
import type { Language } from '../../base/language.ts';
import type { Execute } from '../../base/process.ts';
import type { Random } from '../../base/random.ts';
import type { Secret } from '../../base/redact.ts';
import type { DnsExchange } from '../../dns/exchange.ts';
import type { DnsServer } from '../../dns/server.ts';
import type { DnsProvider } from './provider.ts';

/** An environment variable that a provider reads, under lego's name for it. */
export interface ProviderSetting {
  /**
   * `file`: the path of a file or program. `server`: `address[:port]` of a name server. `secret`: never shown.
   * `text`: anything else.
   */
  kind: 'file' | 'server' | 'secret' | 'text';
  optional?: true;
  /** A noun phrase without a full stop. */
  description: Readonly<Record<Language, string>>;
}

type ProviderSettings = Readonly<Record<string, ProviderSetting>>;

interface Kinds {
  file: string;
  server: DnsServer;
  secret: Secret<string>;
  text: string;
}

/** The values read from the environment. An optional setting may be undefined. */
export type SettingValues<S extends ProviderSettings = ProviderSettings> = {
  readonly [N in keyof S]: Kinds[S[N]['kind']] | (S[N] extends { optional: true } ? undefined : never);
};

/** The provider's access to the outside world. */
export interface ProviderWorld {
  clock: Clock;
  random: Random;
  execute: Execute;
  exchange: DnsExchange;
  /** @throws EveryhopError `file.*` */
  readText: (file: string) => Promise<string>;
  env: NodeJS.ProcessEnv;
}

/** A DNS provider, selected with `--dns`: one way to write TXT records. */
export interface DnsProviderDefinition {
  /** The value of `--dns` and of `dns` in `everyhop.yaml`. Equals lego's name and the file name in `providers/`. */
  id: string;
  title: Readonly<Record<Language, string>>;
  settings: ProviderSettings;
  /** @throws EveryhopError */
  open: (settings: SettingValues, world: ProviderWorld) => DnsProvider | Promise<DnsProvider>;
}

/** Derives the type of `open`'s argument from `settings`. */
export function defineDnsProvider<const S extends ProviderSettings>(
  definition: Omit<DnsProviderDefinition, 'settings' | 'open'> & {
    settings: S;
    open: (settings: SettingValues<S>, world: ProviderWorld) => DnsProvider | Promise<DnsProvider>;
  },
): DnsProviderDefinition {
  return definition as unknown as DnsProviderDefinition;
}
