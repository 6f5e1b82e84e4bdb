import type { WordTexts } from '../../base/language.ts';

export const serviceTexts = {
  'help.service': {
    en: 'serve from boot on, as a service of systemd',
    zh: '作为 systemd 服务，开机即提供服务',
  },
  'help.service.install': {
    en: 'install the service with these arguments of up, or change them, and start it',
    zh: '用这些 up 参数安装服务（或更改参数）并启动',
  },
  'help.service.print': {
    en: 'print the unit file and change nothing',
    zh: '只输出单元文件，不做任何更改',
  },
  'help.service.uninstall': {
    en: 'stop the service and remove it; its state stays',
    zh: '停止并移除服务；状态文件夹保留',
  },
  'help.service.status': {
    en: 'show whether the service runs and starts at boot, and its last error',
    zh: '显示服务是否在运行、是否开机启动，以及最近一次错误',
  },
  'service.installed': {
    en: '{unit} is installed and serves. It runs as the user {user} and starts at boot; its state is in {folder}.',
    zh: '{unit} 已安装并正在提供服务。它以用户 {user} 运行，开机时启动；状态文件夹为 {folder}。',
  },
  'service.unchanged': {
    en: '{unit} already runs with these arguments, as the user {user}; its state is in {folder}.',
    zh: '{unit} 已经以这些参数运行，用户为 {user}；状态文件夹为 {folder}。',
  },
  'service.handed-over': {
    en: '{folder} now belongs to {user}. To use it by hand: {command}',
    zh: '{folder} 现在属于 {user}。如需手动使用：{command}',
  },
  'service.next': {
    en: 'Status: {status}; log: journalctl -u {unit} -f; after a change of the configuration: sudo systemctl reload {unit}',
    zh: '状态：{status}；日志：journalctl -u {unit} -f；修改配置后：sudo systemctl reload {unit}',
  },
  'service.print.steps': {
    en: 'Nothing was changed. To install it: {command}',
    zh: '没有做任何更改。安装请运行：{command}',
  },
  'service.removed': {
    en: '{unit} is stopped and removed.',
    zh: '{unit} 已停止并移除。',
  },
  'service.absent': { en: '{unit} is not installed.', zh: '没有安装 {unit}。' },
  'service.packaged': {
    en: '{unit} is stopped and no longer starts at boot. Its file {file} belongs to a package and stays.',
    zh: '{unit} 已停止，开机时不再启动。其文件 {file} 属于软件包，予以保留。',
  },
  'service.left': {
    en: 'The state stays in {folder}, with the keys of your certificates and of the private root; the user {user} stays too. To delete both for good: {command}',
    zh: '状态保留在 {folder}，其中有证书和私有根证书的私钥；用户 {user} 也保留。要彻底删除两者：{command}',
  },
  'service.state.active': {
    en: '{unit} serves since {since} (process {pid}, restarts: {restarts})',
    zh: '{unit} 自 {since} 起提供服务（进程 {pid}，重启次数 {restarts}）',
  },
  'service.state.activating': {
    en: '{unit} is starting, or waits to start again after a failure (restarts: {restarts})',
    zh: '{unit} 正在启动，或在失败后等待再次启动（重启次数 {restarts}）',
  },
  'service.state.deactivating': {
    en: '{unit} is stopping: its open streams may end',
    zh: '{unit} 正在停止：等待未完成的流结束',
  },
  'service.state.inactive': { en: '{unit} is stopped since {since}', zh: '{unit} 自 {since} 起停止' },
  'service.state.failed': {
    en: '{unit} has failed at {since} ({result}) and does not start again',
    zh: '{unit} 于 {since} 失败（{result}），不会再次启动',
  },
  'service.enabled': { en: '  starts at boot', zh: '  开机时启动' },
  'service.disabled': {
    en: '  does not start at boot; to change that: sudo systemctl enable {unit}',
    zh: '  开机时不启动；要更改：sudo systemctl enable {unit}',
  },
  'service.folder': { en: '  state in {folder}', zh: '  状态文件夹 {folder}' },
  'service.last-error': { en: '  last error, {at}: {text}', zh: '  最近一次错误，{at}：{text}' },
} as const satisfies WordTexts;
