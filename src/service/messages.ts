import { defineErrors } from '../base/errors.ts';

export const serviceError = defineErrors({
  'service.no-systemd': {
    en: {
      meaning: 'systemd does not run this machine, so there is no service to manage.',
      cause: 'The machine starts with another init, or this is a container that runs one program.',
      hint:
        'In a container, make {everyhop up} its command. Elsewhere let your init or cron start it at boot; a line for ' +
        '“crontab -e”: @reboot {command}',
    },
    zh: {
      meaning: '这台机器不是由 systemd 启动的，没有可管理的服务。',
      cause: '机器使用了其他的 init，或者这是只运行一个程序的容器。',
      hint: '在容器中，请把 {everyhop up} 作为容器的命令；其他情况由您的 init 或 cron 在开机时启动，“crontab -e”中可写：@reboot {command}',
    },
  },
  'service.needs-root': {
    en: {
      meaning: 'Only root can change the services of this machine.',
      cause: 'The unit, the service user and the state folder belong to the system.',
      hint: 'Run: sudo {command}',
    },
    zh: {
      meaning: '只有 root 才能更改这台机器的服务。',
      cause: '单元文件、服务用户和状态文件夹都属于系统。',
      hint: '请运行：sudo {command}',
    },
  },
  'service.nothing-to-serve': {
    en: {
      meaning: 'Nothing to serve was given, and {file} does not exist.',
      cause: 'The service runs “up” with the app or the configuration given here.',
      hint: 'Name the app: sudo {command} http://127.0.0.1:3000 --host chat.example.com — or a configuration: --config FILE',
    },
    zh: {
      meaning: '没有指定要提供的应用，{file} 也不存在。',
      cause: '服务会用这里给出的应用或配置运行 up。',
      hint: '请指定应用：sudo {command} http://127.0.0.1:3000 --host chat.example.com；或用 --config FILE 指定配置文件',
    },
  },
  'service.from-npx': {
    en: {
      meaning: 'A service cannot start this program: npx keeps it in a cache that may be emptied at any time.',
      cause: 'It was started by npx and is not installed.',
      hint: 'Install it for the whole machine: sudo npm install --global everyhop — then give this command to the installed program.',
    },
    zh: {
      meaning: '服务无法启动此程序：npx 把它放在随时可能被清空的缓存里。',
      cause: '它是由 npx 启动的，并没有安装。',
      hint: '请为整台机器安装：sudo npm install --global everyhop；然后用安装好的程序运行此命令。',
    },
  },
  'service.unreadable': {
    en: {
      meaning: 'The service user {user} cannot read {files}.',
      cause: 'The permissions of the file, or of a folder above it, do not allow it. The service does not run as root.',
      hint:
        'See which part of the path is closed: namei -l {example}; give a file to the group: sudo chgrp {user} {example} ' +
        '&& sudo chmod g+r {example}; or move it to a folder such as /etc/everyhop or /opt.',
    },
    zh: {
      meaning: '服务用户 {user} 无法读取 {files}。',
      cause: '文件本身或其上级文件夹的权限不允许。服务不以 root 身份运行。',
      hint:
        '查看路径中哪一段不可访问：namei -l {example}；把文件交给该用户组：sudo chgrp {user} {example} && sudo chmod g+r ' +
        '{example}；或把它移到 /etc/everyhop、/opt 等文件夹。',
    },
  },
  'service.state-in-use': {
    en: {
      meaning: 'Everyhop is already running on the state folder {folder} (process {pid}).',
      cause: 'It was started by hand or by another service, and two programs cannot share the folder.',
      hint: 'Stop it first: sudo kill {pid} — its open streams end, then it exits. Then run this command again.',
    },
    zh: {
      meaning: '状态文件夹 {folder} 上已有 Everyhop 在运行（进程 {pid}）。',
      cause: '它是手动启动的，或由另一个服务启动；两个程序不能共用一个文件夹。',
      hint: '请先停止它：sudo kill {pid}（未完成的流结束后它会退出），然后重新运行此命令。',
    },
  },
  'service.state-foreign': {
    en: {
      meaning: 'The state folder {folder} belongs to another user (uid {uid}).',
      cause: 'The service takes over a folder of root or of {user}, but not one of other users.',
      hint: 'Name another folder with --state DIR, or give it to root first: sudo chown -R root: {folder}',
    },
    zh: {
      meaning: '状态文件夹 {folder} 属于另一个用户（uid {uid}）。',
      cause: '服务只接管 root 或 {user} 的文件夹，不接管其他用户的。',
      hint: '请用 --state DIR 指定其他文件夹，或先把它交给 root：sudo chown -R root: {folder}',
    },
  },
  'service.state-of-nginx': {
    en: {
      meaning: 'The state folder {folder} holds the certificates of your nginx, which {timer} renews as root.',
      cause: 'The service would take the folder over, and those renewals would fail.',
      hint: 'Give the service its own folder: sudo {command} --state /var/lib/everyhop-service',
    },
    zh: {
      meaning: '状态文件夹 {folder} 中有您的 nginx 的证书，由 {timer} 以 root 身份续期。',
      cause: '服务会接管该文件夹，此后这些续期都会失败。',
      hint: '请给服务单独的文件夹：sudo {command} --state /var/lib/everyhop-service',
    },
  },
  'service.no-user': {
    en: {
      meaning: 'Cannot create the service user {user}: {reason}.',
      cause: 'Neither systemd-sysusers nor useradd could create it.',
      hint: 'Create it, then run this command again: sudo useradd --system --user-group --home-dir {home} --shell /usr/sbin/nologin {user}',
    },
    zh: {
      meaning: '无法创建服务用户 {user}：{reason}。',
      cause: 'systemd-sysusers 和 useradd 都没有成功。',
      hint: '请手动创建后重新运行此命令：sudo useradd --system --user-group --home-dir {home} --shell /usr/sbin/nologin {user}',
    },
  },
  'service.start-failed': {
    en: {
      meaning: '{unit} did not start: {reason}.',
      cause: 'The message is the last error in its journal. The unit was put back as it was before this command.',
      hint: 'Read the whole journal: journalctl -u {unit} -n 50',
    },
    zh: {
      meaning: '{unit} 没有启动：{reason}。',
      cause: '这是其日志中的最后一个错误。单元已恢复到运行此命令之前的状态。',
      hint: '查看完整日志：journalctl -u {unit} -n 50',
    },
  },
  'service.systemctl-failed': {
    en: {
      meaning: 'systemctl {command} failed: {reason}.',
      cause: 'systemd refused the change.',
      hint: 'Run it by hand to see more: sudo systemctl {command}; then run this command again.',
    },
    zh: {
      meaning: 'systemctl {command} 失败：{reason}。',
      cause: 'systemd 拒绝了这项更改。',
      hint: '请手动运行以查看详情：sudo systemctl {command}；然后重新运行此命令。',
    },
  },
});
