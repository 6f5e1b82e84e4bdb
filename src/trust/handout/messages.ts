import { defineWords } from '../../base/language.ts';

/** `**x**` is a name on a screen, `x` in backquotes a command; `\n` separates steps. */
export const handoutWords = defineWords({
  'handout.title': { en: 'Trust {host} on this device', zh: '让此设备信任 {host}' },
  'handout.lead': {
    en: '{host} has HTTPS with its own root certificate. Install that root once, and this device opens its pages without a warning.',
    zh: '{host} 的 HTTPS 使用它自己的根证书。在此设备上安装一次，之后打开它的页面就不再出现警告。',
  },
  'handout.other-language': { en: '中文', zh: 'English' },

  'handout.compare': { en: 'Compare the fingerprint', zh: '核对指纹' },
  'handout.compare.text': {
    en: 'The terminal in which Everyhop runs shows these four lines (later: `{command}`). If a single character differs, install nothing: someone in this network has replaced this page.',
    zh: '运行 Everyhop 的终端显示同样的四行（之后可运行 `{command}` 查看）。只要有一个字符不同，就不要安装：网络中有人替换了此页面。',
  },
  'handout.sha256': { en: 'SHA-256 of the root', zh: '根证书的 SHA-256' },

  'handout.install': { en: 'Install the root', zh: '安装根证书' },
  'handout.this-device': { en: 'this device', zh: '此设备' },
  'handout.crt': { en: 'Download root.crt', zh: '下载 root.crt' },
  'handout.profile': { en: 'Download the profile', zh: '下载描述文件' },
  'handout.pem': { en: 'Download root.pem', zh: '下载 root.pem' },
  'handout.remove': { en: 'To remove it: {steps}', zh: '移除方法：{steps}' },

  'handout.ios': { en: 'iPhone and iPad', zh: 'iPhone 和 iPad' },
  'handout.ios.steps': {
    en: 'Open this page in Safari, tap **Download the profile**, and allow it.\nOpen **Settings**. Near the top, tap **Profile Downloaded**, then **Install**, enter your passcode, and tap **Install** again.\nOpen **Settings → General → About → Certificate Trust Settings** and switch on **{root}**. Until then, the root is installed but not trusted.\nReturn to this page.',
    zh: '用 Safari 打开此页面，轻点**下载描述文件**，然后选择允许。\n打开**设置**，轻点靠近顶部的**已下载描述文件**，再轻点**安装**，输入锁屏密码，并再次轻点**安装**。\n打开**设置 → 通用 → 关于本机 → 证书信任设置**，打开 **{root}** 的开关。在此之前，根证书虽已安装，但不受信任。\n回到此页面。',
  },
  'handout.ios.note': {
    en: 'No **Profile Downloaded**? Look in **Settings → General → VPN & Device Management**.',
    zh: '没有看到**已下载描述文件**？请到**设置 → 通用 → VPN 与设备管理**中查找。',
  },
  'handout.ios.remove': {
    en: '**Settings → General → VPN & Device Management**, tap the profile, then **Remove Profile**.',
    zh: '**设置 → 通用 → VPN 与设备管理**，轻点该描述文件，然后**移除描述文件**。',
  },

  'handout.android': { en: 'Android', zh: 'Android（安卓）' },
  'handout.android.steps': {
    en: 'Tap **Download root.crt**, and keep the file if the browser asks.\nOpen **Settings** and search for **CA certificate**. On most devices it is in **Security & privacy → More security settings → Encryption & credentials → Install a certificate**; on Samsung in **Security and privacy → Other security settings → Install from phone storage**.\nTap **CA certificate → Install anyway**, confirm with your screen lock, and choose **root.crt** in Downloads. Android requires a screen lock for this.\nReturn to this page.',
    zh: '轻点**下载 root.crt**；如果浏览器询问，请选择保留。\n打开**设置**，搜索 **CA 证书**。多数设备的位置是**安全和隐私 → 更多安全设置 → 加密与凭据 → 安装证书**；三星设备在**安全和隐私 → 其他安全设置 → 从手机存储安装**。\n轻点 **CA 证书 → 仍然安装**，用锁屏密码确认，然后在“下载”中选择 **root.crt**。Android 要求设备已设置锁屏。\n回到此页面。',
  },
  'handout.android.note': {
    en: 'Android 7 to 10: open the downloaded file, give it any name, and choose **VPN and apps**. Chrome and most browsers then trust the root; other apps only if their makers allow it. Firefox: **Settings → About Firefox**, tap the logo five times, then **Settings → Secret Settings → Use third party CA certificates**.',
    zh: 'Android 7 至 10：打开下载的文件，任取一个名称，并选择**VPN 和应用**。此后 Chrome 和多数浏览器信任该根证书；其他应用则取决于其开发者是否允许。Firefox：打开**设置 → 关于 Firefox**，连点徽标五次，然后在**设置 → 秘密设置**中打开**使用第三方 CA 证书**。',
  },
  'handout.android.remove': {
    en: '**Settings**, search for **User credentials** or **Trusted credentials → User**.',
    zh: '在**设置**中搜索**用户凭据**，或**信任的凭据 → 用户**。',
  },

  'handout.windows': { en: 'Windows', zh: 'Windows' },
  'handout.windows.steps': {
    en: 'Download root.crt and open it, then choose **Install Certificate… → Current User**.\nChoose **Place all certificates in the following store → Browse… → Trusted Root Certification Authorities**, then **Next** and **Finish**, and confirm with **Yes**.\nClose the browser and open this page again.',
    zh: '下载并打开 root.crt，选择**安装证书… → 当前用户**。\n选择**将所有的证书都放入下列存储 → 浏览… → 受信任的根证书颁发机构**，依次点**下一步**、**完成**，并以**是**确认。\n关闭浏览器，再打开此页面。',
  },
  'handout.windows.note': {
    en: 'In a terminal: `certutil -user -addstore Root root.crt`',
    zh: '在终端中：`certutil -user -addstore Root root.crt`',
  },
  'handout.windows.remove': {
    en: '`certutil -user -delstore Root "{root}"`',
    zh: '`certutil -user -delstore Root "{root}"`',
  },

  'handout.macos': { en: 'Mac', zh: 'Mac' },
  'handout.macos.steps': {
    en: 'Download root.crt.\nIn Terminal: `{addToKeychain}`\nReturn to this page; reload it if the step below stays grey.',
    zh: '下载 root.crt。\n在“终端”中运行：`{addToKeychain}`\n回到此页面；如果下面的步骤仍为灰色，请刷新页面。',
  },
  'handout.macos.note': {
    en: 'Without Terminal: open root.crt with **Keychain Access**, double-click **{root}**, and under **Trust** choose **Always Trust**. Managed Macs can take the [profile](/everyhop/root.mobileconfig).',
    zh: '不用终端：用**钥匙串访问**打开 root.crt，双击 **{root}**，在**信任**下选择**始终信任**。受管理的 Mac 可以使用[描述文件](/everyhop/root.mobileconfig)。',
  },
  'handout.macos.remove': {
    en: '`{deleteFromKeychain}`',
    zh: '`{deleteFromKeychain}`',
  },

  'handout.linux': { en: 'Linux', zh: 'Linux' },
  'handout.linux.steps': {
    en: 'With Everyhop on that computer, one command fetches the root, verifies its fingerprint and installs it for the system and browsers: `{fetch}`\nWithout it, download root.pem. On Debian and Ubuntu: `sudo cp root.pem /usr/local/share/ca-certificates/everyhop.crt && sudo update-ca-certificates`\nOn Fedora and RHEL: `sudo cp root.pem /etc/pki/ca-trust/source/anchors/everyhop.pem && sudo update-ca-trust`\nOn Arch: `sudo trust anchor root.pem`\nChrome and Chromium have their own store: `certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n everyhop -i root.pem`',
    zh: '如果那台电脑上有 Everyhop，一条命令即可获取根证书、核对指纹，并为系统和浏览器安装：`{fetch}`\n没有的话，请下载 root.pem。在 Debian、Ubuntu 上：`sudo cp root.pem /usr/local/share/ca-certificates/everyhop.crt && sudo update-ca-certificates`\n在 Fedora、RHEL 上：`sudo cp root.pem /etc/pki/ca-trust/source/anchors/everyhop.pem && sudo update-ca-trust`\n在 Arch 上：`sudo trust anchor root.pem`\nChrome 和 Chromium 有自己的信任库：`certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n everyhop -i root.pem`',
  },
  'handout.linux.note': {
    en: 'certutil is in the package libnss3-tools (Debian) or nss-tools (Fedora).',
    zh: 'certutil 位于软件包 libnss3-tools（Debian）或 nss-tools（Fedora）中。',
  },
  'handout.linux.remove': {
    en: 'delete the file and run the update command again; in Chrome’s store `certutil -d sql:$HOME/.pki/nssdb -D -n everyhop`',
    zh: '删除该文件并再次运行更新命令；Chrome 的信任库：`certutil -d sql:$HOME/.pki/nssdb -D -n everyhop`',
  },

  'handout.firefox': { en: 'Firefox on a computer', zh: '电脑上的 Firefox' },
  'handout.firefox.steps': {
    en: 'On Windows and macOS, Firefox takes the root from the system (since version 120): follow those steps, then restart Firefox.\nOn Linux, download root.crt and open **Settings → Privacy & Security → Certificates → View Certificates… → Authorities → Import…**\nChoose root.crt and tick **Trust this CA to identify websites**.',
    zh: '在 Windows 和 macOS 上，Firefox（120 版起）使用系统中的根证书：请按相应步骤操作，然后重启 Firefox。\n在 Linux 上，下载 root.crt，打开**设置 → 隐私与安全 → 证书 → 查看证书… → 证书颁发机构 → 导入…**\n选择 root.crt，并勾选**信任由此证书颁发机构来标识网站**。',
  },
  'handout.firefox.remove': {
    en: 'in the same list, **Delete or Distrust…**',
    zh: '在同一列表中选择**删除或不信任…**',
  },

  'handout.check': { en: 'Check', zh: '检查' },
  'handout.check.looking': { en: 'Checking…', zh: '正在检查……' },
  'handout.check.waiting': { en: 'Not trusted yet', zh: '尚未信任' },
  'handout.check.waiting.text': {
    en: 'This page keeps trying over HTTPS and turns green once the root is installed.',
    zh: '此页面会不断通过 HTTPS 尝试，根证书安装好后即变为绿色。',
  },
  'handout.check.trusted': { en: 'This device trusts it', zh: '此设备已信任' },
  'handout.check.trusted.text': {
    en: 'A request over HTTPS has just succeeded.',
    zh: '刚刚通过 HTTPS 成功发出了一次请求。',
  },
  'handout.check.blocked': { en: 'HTTPS is blocked', zh: 'HTTPS 被拦截' },
  'handout.check.blocked.text': {
    en: 'This device loads the page over HTTP, but nothing answers at port {port}. A firewall on {host} or in the network must admit that TCP port. Some browsers and content blockers stop such requests, too: open the app to see for yourself.',
    zh: '此设备能通过 HTTP 打开本页，但端口 {port} 没有应答。{host} 或网络中的防火墙必须放行该 TCP 端口。有些浏览器和内容拦截程序也会阻止此类请求：请直接打开应用确认。',
  },
  'handout.check.without-script': {
    en: 'Without JavaScript, this page cannot check itself. Open the app: if no warning appears, you are done.',
    zh: '未启用 JavaScript 时，本页无法自行检查。请打开应用：没有警告即表示完成。',
  },
  'handout.open': { en: 'Open the app', zh: '打开应用' },

  'handout.scope': { en: 'Limits of this root', zh: '此根证书的适用范围' },
  'handout.scope.text': {
    en: 'This root can only vouch for the names and addresses below. Browsers and systems reject a certificate from it for any other site. Even a thief of its key could not pose as your bank, your mail or a shop.',
    zh: '此根证书只对下列名称和地址有效。对于任何其他网站，浏览器和系统都会拒绝它签发的证书。即使有人窃取了它的密钥，也无法冒充您的银行、邮箱或商店。',
  },
  'handout.scope.unlimited': {
    en: 'This root has no limit of that kind: install it only if you trust the owner of {host} with every site.',
    zh: '此根证书没有这类限制：只有在您完全信任 {host} 的所有者时才应安装。',
  },
  'handout.scope.domains': { en: 'Names', zh: '名称' },
  'handout.scope.domains.text': {
    en: 'these, and all names that end with them',
    zh: '下列名称，以及以其结尾的所有名称',
  },
  'handout.scope.ranges': { en: 'Addresses', zh: '地址' },
  'handout.scope.ranges.text': { en: 'of private networks and this machine', zh: '私有网络和本机的地址' },
  'handout.scope.any': { en: 'any', zh: '任意' },
  'handout.scope.until': { en: 'Valid until {date}.', zh: '有效期至 {date}。' },

  'handout.profile.name': { en: 'Everyhop root of {host}', zh: '{host} 的 Everyhop 根证书' },
  'handout.profile.description': {
    en: 'Adds the root certificate "{root}", so that this device trusts the HTTPS of {host}.',
    zh: '添加根证书“{root}”，使此设备信任 {host} 的 HTTPS。',
  },
});
