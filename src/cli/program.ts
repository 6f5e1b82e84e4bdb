import { Command, type CommandOptions, Option } from 'commander';
import { environmentFormats, keyTypes, type Registries, revocationReasons } from '../app/registries.ts';
import type { Finding } from '../app/messages.ts';
import { unverifiedSwitch } from '../base/start-environment.ts';
import { completionScript, shells } from './completion.ts';
import { namesCommand } from './completion/model.ts';
import type { CommandContext } from './context.ts';
import { localise, providerList, showHelp } from './help.ts';
import { takeGlobalOptions, withKeptOptions } from './kept-options.ts';
import { say, type WordKey } from './messages.ts';

const challengeTypes = ['http-01', 'tls-alpn-01', 'dns-01'];

/** Declares every command. A command's implementation loads only when it runs. */
export function buildProgram(context: CommandContext, { dnsProviders, apps, authorities }: Registries): Command {
  const { language, output } = context;
  const dnsProviderIds = dnsProviders.map(({ id }) => id);
  const words = (key: WordKey): string => say(language, key as 'help.program', {});
  const dns = (): Option =>
    new Option('--dns <PROVIDER>', say(language, 'help.dns', { providers: providerList(language, dnsProviders) }));
  const program = new Command('everyhop');
  // They may stand before the command too.
  const withGlobals = (declared: Command): Command =>
    localise(declared, context)
      .addOption(offering(new Option('--lang <LANGUAGE>', words('help.lang')), ['en', 'zh']))
      .option('--state <DIR>', words('help.state'))
      .option('--json', words('help.json'));
  const command = (parent: Command, signature: string, summary: WordKey, settings: CommandOptions = {}): Command =>
    withGlobals(parent.command(signature, settings).description(words(summary)));
  withGlobals(program)
    .enablePositionalOptions()
    .description(words('help.program'))
    .version(context.version, '-v, --version', words('help.version'))
    .hook('preAction', (_, chosen) => {
      takeGlobalOptions(chosen);
      output.invocation = withKeptOptions(output.invocation, chosen, context.env);
      output.findings(earlyFindings(chosen.name(), context), 'remark');
    });

  /** The app or the configuration, and the settings for all sites. */
  const serving = (declared: Command, upstream: WordKey = 'help.up.upstream'): Command =>
    declared
      .argument('[UPSTREAM]', words(upstream))
      .option('--host <NAME...>', words('help.up.host'))
      .addOption(
        offering(
          new Option('--app <NAME>', words('help.up.app')),
          apps.filter((id) => id !== 'none'),
        ),
      )
      .option('--host-header <HOST>', words('help.up.host-header'))
      .option('--https-port <N>', words('help.up.https-port'))
      .option('--http-port <N>', words('help.up.http-port'))
      .option('--config <FILE>', words('help.up.config'))
      .option('--email <ADDRESS>', words('help.email'))
      .addOption(offering(new Option('--authority <NAME|URL>', words('help.authority-name')), authorities))
      .option('--authority-root <FILE>', words('help.authority-root'))
      .addOption(offering(new Option('--challenge <TYPE>', words('help.challenge')), challengeTypes))
      .option('--profile <NAME>', words('help.profile'))
      .addOption(offering(dns(), dnsProviderIds))
      .option('--dns-resolver <ADDRESS...>', words('help.dns-resolver'))
      .option('--lan', words('help.up.lan'))
      .option('--trust-page', words('help.up.trust-page'))
      .option('--access-keys', words('help.up.access-keys'))
      .option('--users <FILE>', words('help.up.users'))
      .option('--allow <CIDR...>', words('help.up.allow'));
  serving(command(program, 'up', 'help.up'))
    .option('--demo', words('help.up.demo'))
    .option('--new', words('help.new'))
    .action(async (upstream: string | undefined, options) => (await import('./up.ts')).up(context, upstream, options));
  command(program, 'status', 'help.status').action(async (options) =>
    (await import('./running.ts')).status(context, options),
  );
  command(program, 'reload', 'help.reload').action(async (options) =>
    (await import('./running.ts')).reload(context, options),
  );

  const service = command(program, 'service', 'help.service');
  serving(command(service, 'install', 'help.service.install'), 'help.service.upstream')
    .option('--print', words('help.service.print'))
    .action(async (upstream: string | undefined, options, declared: Command) =>
      (await import('./service.ts')).serviceInstall(context, upstream, options, declared),
    );
  command(service, 'uninstall', 'help.service.uninstall').action(async () =>
    (await import('./service.ts')).serviceUninstall(context),
  );
  command(service, 'status', 'help.service.status').action(async () =>
    (await import('./service.ts')).serviceStatus(context),
  );
  command(program, 'backup', 'help.backup')
    .argument('<FILE>', words('help.backup.file'))
    .option('--passphrase-file <FILE>', words('help.passphrase-file'))
    .option('--recipient <KEY...>', words('help.backup.recipient'))
    .option('--recipient-file <FILE...>', words('help.backup.recipient-file'))
    .action(async (file: string, options) => (await import('./backup.ts')).backup(context, file, options));
  command(program, 'restore', 'help.restore')
    .argument('<FILE>', words('help.restore.file'))
    .option('--passphrase-file <FILE>', words('help.passphrase-file'))
    .option('--identity <FILE...>', words('help.restore.identity'))
    .option('--force', words('help.restore.force'))
    .action(async (file: string, options) => (await import('./backup.ts')).restore(context, file, options));

  const access = command(program, 'access', 'help.access');
  command(access, 'add-key', 'help.access.add-key')
    .argument('<NAME>', words('help.access.key-name'))
    .option('--site <HOST...>', words('help.access.site'))
    .option('--expires <DATE|90d>', words('help.access.expires'))
    .option('--rate <60/min>', words('help.access.rate'))
    .action(async (name: string, options) => (await import('./access.ts')).accessAddKey(context, name, options));
  command(access, 'list-keys', 'help.access.list-keys').action(async (options) =>
    (await import('./access.ts')).accessListKeys(context, options),
  );
  command(access, 'add-user', 'help.access.add-user')
    .argument('<NAME>', words('help.access.user-name'))
    .requiredOption('--file <FILE>', words('help.access.file'))
    .action(async (name: string, options) => (await import('./access.ts')).accessAddUser(context, name, options));
  command(access, 'revoke-key', 'help.access.revoke-key')
    .argument('<NAME>', words('help.access.key-name'))
    .option('--end-streams', words('help.access.end-streams'))
    .action(async (name: string, options) => (await import('./access.ts')).accessRevokeKey(context, name, options));

  const certificates = command(program, 'certificates', 'help.certificates');
  command(certificates, 'obtain', 'help.certificates.obtain')
    .argument('<NAME...>', words('help.certificates.obtain.name'))
    .addOption(
      offering(new Option('--authority <NAME|URL>', words('help.authority-list')), authorities).argParser(collect),
    )
    .option('--authority-root <FILE>', words('help.authority-root'))
    .addOption(new Option('--challenge <TYPE>', words('help.challenge')).choices(challengeTypes))
    .addOption(dns().choices(dnsProviderIds))
    .option('--dns-resolver <ADDRESS...>', words('help.dns-resolver'))
    .option('--webroot <DIR>', words('help.webroot'))
    .option('--http-port <N>', words('help.certificates.http-port'))
    .option('--https-port <N>', words('help.certificates.https-port'))
    .option('--profile <NAME>', words('help.profile'))
    .option('--eab-kid <ID>', words('help.eab-kid'))
    .option('--eab-hmac-file <FILE>', words('help.eab-hmac-file'))
    .addOption(new Option('--key-type <TYPE>', words('help.key-type')).choices(keyTypes))
    .option('--reuse-key', words('help.reuse-key'))
    .option('--config <FILE>', words('help.certificates.config'))
    .option('--email <ADDRESS>', words('help.email'))
    .option('--agree-tos', words('help.agree-tos'))
    .option('--now', words('help.now'))
    .option('--dry-run', words('help.certificates.dry-run'))
    .option('--name <FOLDER>', words('help.certificates.folder'))
    .option('--new', words('help.new'))
    .action(async (names: string[], options) =>
      (await import('./certificates.ts')).certificatesObtain(context, names, options),
    );
  command(certificates, 'list', 'help.certificates.list').action(async (options) =>
    (await import('./certificates.ts')).certificatesList(context, options),
  );
  command(certificates, 'show', 'help.certificates.show')
    .argument('<NAME>', words('help.certificates.name'))
    .action(async (name: string, options) =>
      (await import('./certificates.ts')).certificatesShow(context, name, options),
    );
  command(certificates, 'export', 'help.certificates.export')
    .argument('<NAME>', words('help.certificates.name'))
    .argument('<DIR>', words('help.certificates.export.folder'))
    .action(async (name: string, folder: string, options) =>
      (await import('./certificates.ts')).certificatesExport(context, name, folder, options),
    );
  command(certificates, 'revoke', 'help.certificates.revoke')
    .argument('<NAME>', words('help.certificates.name'))
    .addOption(
      new Option('--reason <REASON>', words('help.certificates.reason'))
        .choices(Object.keys(revocationReasons))
        .default('unspecified'),
    )
    .option('--authority-root <FILE>', words('help.authority-root'))
    .action(async (name: string, options) =>
      (await import('./certificates.ts')).certificatesRevoke(context, name, options),
    );
  command(certificates, 'ledger', 'help.certificates.ledger').action(async (options) =>
    (await import('./certificates.ts')).certificatesLedger(context, options),
  );
  command(certificates, 'account', 'help.certificates.account')
    .option('--reset <NAME|URL>', words('help.account.reset'))
    .action(async (options) => (await import('./account.ts')).certificatesAccount(context, options));
  command(certificates, 'renew', 'help.certificates.renew')
    .argument('[NAME...]', words('help.certificates.renew.name'))
    .option('--now', words('help.now'))
    .option('--dry-run', words('help.certificates.dry-run'))
    .action(async (names: string[], options) =>
      (await import('./certificates.ts')).certificatesRenew(context, names, options),
    );

  const authority = command(program, 'authority', 'help.authority');
  command(authority, 'root', 'help.authority.root').action(async (options) =>
    (await import('./authority.ts')).authorityRoot(context, options),
  );
  command(authority, 'show', 'help.authority.show').action(async (options) =>
    (await import('./authority.ts')).authorityShow(context, options),
  );
  command(authority, 'widen', 'help.authority.widen')
    .argument('<NAME...>', words('help.authority.widen.name'))
    .option('--root-key <FILE>', words('help.authority.root-key'))
    .action(async (names: string[], options) =>
      (await import('./authority.ts')).authorityWiden(context, names, options),
    );
  command(authority, 'renew', 'help.authority.renew')
    .option('--root-key <FILE>', words('help.authority.root-key'))
    .action(async (options) => (await import('./authority.ts')).authorityRenew(context, options));
  command(authority, 'take-offline', 'help.authority.take-offline')
    .argument('<FILE>', words('help.authority.take-offline.file'))
    .action(async (file: string, options) =>
      (await import('./authority.ts')).authorityTakeOffline(context, file, options),
    );

  const trust = command(program, 'trust', 'help.trust');
  for (const [name, summary, run] of [
    ['install', 'help.trust.install', 'trustInstall'],
    ['uninstall', 'help.trust.uninstall', 'trustUninstall'],
  ] as const) {
    const stores = new Option('--store <NAME...>', words('help.trust.store')).choices(['system', 'nss', 'java']);
    const declared = command(trust, name, summary).addOption(stores);
    if (name === 'install') {
      declared.option('--root <FILE...>', words('help.trust.install.root'));
      declared.option('--dry-run', words('help.trust.dry-run'));
    }
    declared.action(async (options) => (await import('./trust.ts'))[run](context, options));
  }

  command(trust, 'fetch', 'help.trust.fetch')
    .argument('<URL>', words('help.trust.fetch.url'))
    .option('--fingerprint <SHA256...>', words('help.trust.fetch.fingerprint'))
    .option('--out <FILE>', words('help.trust.fetch.out'))
    .option('--install', words('help.trust.fetch.install'))
    .addOption(new Option('--store <NAME...>', words('help.trust.store')).choices(['system', 'nss', 'java']))
    .action(async (url: string, options) => (await import('./trust-fetch.ts')).trustFetch(context, url, options));

  const trusting = (declared: Command): Command =>
    declared
      .option('--config <FILE>', words('help.up.config'))
      .option('--root <FILE...>', words('help.trust.bundle.root'))
      .addOption(new Option('--public <SET>', words('help.trust.bundle.public')).choices(['system', 'mozilla', 'none']))
      .option('--distrust <SHA256...>', words('help.trust.bundle.distrust'))
      .option('--pin <SHA256...>', words('help.trust.bundle.pin'))
      .option('--allow-smaller', words('help.trust.bundle.allow-smaller'));
  trusting(command(trust, 'bundle', 'help.trust.bundle'))
    .option('--from <URL...>', words('help.trust.bundle.from'))
    .option('--out <DIR>', words('help.trust.bundle.out'))
    .option('--at <DIR>', words('help.env.at'))
    .option('--dry-run', words('help.trust.dry-run'))
    .action(async (options) => (await import('./trust-bundle.ts')).trustBundle(context, options));
  trusting(command(trust, 'check', 'help.trust.check'))
    .argument('<URL|COMMAND...>', words('help.trust.check.operands'))
    .option('--mount', words('help.trust.check.mount'))
    .action(async (operands: string[], options) =>
      (await import('./trust-check.ts')).trustCheck(context, operands, options),
    );
  trusting(command(trust, 'explain', 'help.trust.explain'))
    .argument('<URL>', words('help.trust.explain.url'))
    .action(async (url: string, options) => (await import('./trust-explain.ts')).trustExplain(context, url, options));
  trusting(command(program, 'run', 'help.run'))
    .argument('<COMMAND...>', words('help.run.command'))
    .option('--mount', words('help.run.mount'))
    .passThroughOptions()
    .action(async (started: string[], options) => (await import('./run.ts')).run(context, started, options));
  trusting(command(program, 'env', 'help.env'))
    .addOption(new Option('--format <FORMAT>', words('help.env.format')).choices(environmentFormats).default('shell'))
    .option('--at <DIR>', words('help.env.at'))
    .action(async (options) => (await import('./run.ts')).printEnvironment(context, options));

  const nginx = command(program, 'nginx', 'help.nginx');
  const ofNginx = (signature: string, summary: WordKey): Command =>
    command(nginx, signature, summary)
      .option('--conf <FILE>', words('help.nginx.conf'))
      .option('--nginx <FILE>', words('help.nginx.nginx'))
      .option('--prefix <DIR>', words('help.nginx.prefix'));
  ofNginx('secure', 'help.nginx.secure')
    .argument('[NAME...]', words('help.nginx.secure.name'))
    .option('--tls-port <N>', words('help.nginx.tls-port'))
    .option('--public-port <N>', words('help.nginx.public-port'))
    .option('--no-redirect', words('help.nginx.no-redirect'))
    .option('--no-hsts', words('help.nginx.no-hsts'))
    .addOption(offering(new Option('--app <NAME>', words('help.nginx.app')), apps))
    .addOption(offering(new Option('--authority <NAME|URL>', words('help.authority-name')), authorities))
    .option('--authority-root <FILE>', words('help.authority-root'))
    .addOption(new Option('--challenge <TYPE>', words('help.challenge')).choices(['http-01', 'dns-01']))
    .addOption(dns().choices(dnsProviderIds))
    .option('--dns-resolver <ADDRESS...>', words('help.dns-resolver'))
    .option('--webroot <DIR>', words('help.nginx.webroot'))
    .option('--profile <NAME>', words('help.profile'))
    .option('--email <ADDRESS>', words('help.email'))
    .option('--agree-tos', words('help.agree-tos'))
    .option('--eab-kid <ID>', words('help.eab-kid'))
    .option('--eab-hmac-file <FILE>', words('help.eab-hmac-file'))
    .option('--now', words('help.now'))
    .option('--dry-run', words('help.nginx.dry-run'))
    .option('--yes', words('help.nginx.yes'))
    .action(async (names: string[], options) => (await import('./nginx.ts')).nginxSecure(context, names, options));
  ofNginx('undo', 'help.nginx.undo')
    .argument('[NAME]', words('help.nginx.undo.name'))
    .option('--discard', words('help.nginx.discard'))
    .option('--force', words('help.nginx.force'))
    .option('--yes', words('help.nginx.yes'))
    .action(async (name: string | undefined, options) =>
      (await import('./nginx.ts')).nginxUndo(context, name, options),
    );
  ofNginx('show', 'help.nginx.show').action(async (options) =>
    (await import('./nginx-show.ts')).nginxShow(context, options),
  );
  ofNginx('renew', 'help.nginx.renew')
    .option('--now', words('help.now'))
    .option('--dry-run', words('help.nginx.renew.dry-run'))
    .action(async (options) => (await import('./nginx.ts')).nginxRenew(context, options));
  ofNginx('recover', 'help.nginx.recover').action(async (options) =>
    (await import('./nginx.ts')).nginxRecover(context, options),
  );

  const config = command(program, 'config', 'help.config');
  command(config, 'check', 'help.config.check')
    .argument('[FILE]', words('help.config.check.file'))
    .action(async (file: string | undefined) => (await import('./config.ts')).configCheck(context, file));
  command(config, 'schema', 'help.config.schema').action(async () =>
    (await import('./config.ts')).configSchema(context),
  );

  localise(program.command('completion').description(words('help.completion')), context)
    .addArgument(program.createArgument('<SHELL>').choices(shells))
    .action((shell: (typeof shells)[number]) => output.text(completionScript(program, shell).trimEnd()));
  command(program, 'help', 'help.help-command')
    .argument('[COMMAND...]', words('help.help-command.command'))
    .action((path: string[]) => showHelp(program, path));
  command(program, namesCommand, 'help.certificates.name', { hidden: true }).action(async (options) =>
    (await import('./certificates.ts')).knownNames(context, options),
  );
  command(program, 'version', 'help.version-command').action(async () =>
    (await import('./version.ts')).version(context),
  );
  return program;
}

/** For an option that may be given several times. */
function collect(value: string, former: string[] | undefined): string[] {
  return [...(former ?? []), value];
}

/** Choices for the help and the completion; the configuration check rejects a wrong value, with its place. */
/** `up` lists them with its status. `run`, `env` and `trust check` report themselves what disables verification. */
function earlyFindings(command: string, { findings = [] }: CommandContext): Finding[] {
  if (command === 'up' || command === 'completion') return [];
  const isOfTrust = ['run', 'env', 'check'].includes(command);
  return findings.filter(({ params }) => !isOfTrust || params['name'] !== unverifiedSwitch[0]);
}

function offering(option: Option, choices: readonly string[]): Option {
  option.argChoices = [...choices];
  return option;
}
