import path from 'node:path';
import { serviceUser } from '../store/state-folder.ts';
import { type Section, unitCommand, unitPath, unitText } from './unit-text.ts';

/** The unit that serves. */
export const servingUnit = 'everyhop.service';

export interface ServingUnitOptions {
  /** Program and arguments of `up`; paths absolute. */
  command: readonly string[];
  /** Program and arguments of `reload`, which fails if the new configuration cannot be used. */
  reload: readonly string[];
  stateFolder: string;
  /** systemd reads it as root. */
  environmentFile: string;
  /** Absolute paths that the service reads. Those in home folders and in /tmp soften the sandbox. */
  reads: readonly string[];
  /** Newer settings are left out for an older one. */
  systemdVersion: number;
}

const stateFolders = '/var/lib';

/**
 * The unit of `everyhop up`: an own user whose only capability opens ports below 1024, a read-only system, and no access to
 * devices, kernel interfaces or other users' files. Ready once every listener serves; a stop lets streams end.
 */
export function servingUnitText(options: ServingUnitOptions): string {
  const { command, reload, environmentFile } = options;
  const sections: Section[] = [
    [
      'Unit',
      [
        ['Description', 'Everyhop: verified HTTPS'],
        ['Wants', 'network-online.target'],
        ['After', 'network-online.target nss-lookup.target'],
        // Restarts never end: what was in the way, such as a port in use, may end at any time.
        ['StartLimitIntervalSec', '0'],
      ],
    ],
    [
      'Service',
      [
        ['Type', 'notify'],
        // Node.js has no datagram sockets for it, so systemd-notify sends the messages.
        ['NotifyAccess', 'all'],
        ['SyslogIdentifier', 'everyhop'],
        ['User', serviceUser],
        ['Group', serviceUser],
        ['EnvironmentFile', `-${unitPath(environmentFile)}`],
        ['ExecStart', unitCommand(command)],
        ['ExecReload', unitCommand(reload)],
        // The main process drains its workers; `up` asks for more time if its configuration allows streams more.
        ['KillMode', 'mixed'],
        ['TimeoutStartSec', '90'],
        ['TimeoutStopSec', '60'],
        ['Restart', 'on-failure'],
        // 2: the arguments or the configuration are wrong. A restart would not change them.
        ['RestartPreventExitStatus', '2'],
        ...restartDelays(options.systemdVersion),
        ['LimitNOFILE', '65536'],
        ...stateSettings(options.stateFolder),
        ...sandbox(options.reads),
      ],
    ],
    ['Install', [['WantedBy', 'multi-user.target']]],
  ];
  return unitText(sections);
}

/** systemd 254 and later wait longer after each failure. */
function restartDelays(systemdVersion: number): Section[1] {
  if (systemdVersion < 254) return [['RestartSec', '5']];
  return [
    ['RestartSec', '1'],
    ['RestartSteps', '6'],
    ['RestartMaxDelaySec', '60'],
  ];
}

function stateSettings(folder: string): Section[1] {
  const working = ['WorkingDirectory', unitPath(folder)] as const;
  if (path.dirname(folder) !== stateFolders) return [working, ['ReadWritePaths', unitPath(folder)]];
  // Other users can pass through it, so that their programs read root.pem.
  return [working, ['StateDirectory', unitPath(path.basename(folder))], ['StateDirectoryMode', '0711']];
}

const homes = ['/home', '/root', '/run/user'];
const temporary = ['/tmp', '/var/tmp'];

function sandbox(reads: readonly string[]): Section[1] {
  const isIn = (folders: readonly string[]): boolean =>
    reads.some((file) => folders.some((folder) => file === folder || file.startsWith(`${folder}/`)));
  return [
    ['AmbientCapabilities', 'CAP_NET_BIND_SERVICE'],
    ['CapabilityBoundingSet', 'CAP_NET_BIND_SERVICE'],
    ['NoNewPrivileges', 'yes'],
    ['ProtectSystem', 'strict'],
    ['ProtectHome', isIn(homes) ? 'read-only' : 'yes'],
    ['PrivateTmp', isIn(temporary) ? 'no' : 'yes'],
    ['PrivateDevices', 'yes'],
    ['DevicePolicy', 'closed'],
    ['ProtectKernelTunables', 'yes'],
    ['ProtectKernelModules', 'yes'],
    ['ProtectKernelLogs', 'yes'],
    ['ProtectControlGroups', 'yes'],
    ['ProtectClock', 'yes'],
    ['ProtectHostname', 'yes'],
    ['ProtectProc', 'invisible'],
    ['LockPersonality', 'yes'],
    ['RestrictNamespaces', 'yes'],
    ['RestrictRealtime', 'yes'],
    ['RestrictSUIDSGID', 'yes'],
    ['RemoveIPC', 'yes'],
    // Netlink lists this machine's addresses.
    ['RestrictAddressFamilies', 'AF_UNIX AF_INET AF_INET6 AF_NETLINK'],
    ['SystemCallArchitectures', 'native'],
    ['SystemCallFilter', '@system-service'],
    ['SystemCallFilter', '~@privileged @resources'],
    // Workers give up the capability.
    ['SystemCallFilter', 'capset'],
    ['SystemCallErrorNumber', 'EPERM'],
    // No MemoryDenyWriteExecute: V8 compiles JavaScript at run time.
  ];
}
