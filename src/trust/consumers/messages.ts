import { defineErrors } from '../../base/errors.ts';
import { defineWords } from '../../base/language.ts';

export const trapWords = defineWords({
  'trap.ignores-ssl-cert': { en: 'SSL_CERT_FILE is ignored', zh: '忽略 SSL_CERT_FILE' },
  'trap.beats-session': {
    en: 'the variable overrides Session.verify',
    zh: '环境变量优先于 Session.verify',
  },
  'trap.missing-file-silent': {
    en: 'a missing file is ignored silently or with a warning',
    zh: '文件不存在时被静默忽略，或仅给出警告',
  },
  'trap.read-once': { en: 'roots are read once, at startup', zh: '仅在启动时读取一次根证书' },
  'trap.cafile-switches-off': {
    en: 'cafile disables NODE_EXTRA_CA_CERTS',
    zh: 'cafile 会使 NODE_EXTRA_CA_CERTS 失效',
  },
  'trap.java-silent': {
    en: 'a missing trust store is silently replaced by the default one',
    zh: '信任库不存在时静默改用默认信任库',
  },
  'trap.wgetrc': {
    en: 'WGETRC replaces ~/.wgetrc, so Everyhop copies its settings',
    zh: 'WGETRC 会取代 ~/.wgetrc，因此 Everyhop 会复制其中的设置',
  },
  'trap.php-curl': {
    en: 'PHP’s curl reads curl.cainfo and ignores OpenSSL’s variables',
    zh: 'PHP 的 curl 只读取 curl.cainfo，忽略 OpenSSL 的变量',
  },
  'trap.daemon': {
    en: 'a daemon gets the environment of its service, not of the shell',
    zh: '守护进程使用其服务的环境变量，而不是当前终端的',
  },
  'trap.own-roots': {
    en: 'builds with compiled-in roots ignore every variable',
    zh: '内置根证书的版本会忽略所有环境变量',
  },
  'trap.address-constraints': {
    en: 'verifies Everyhop’s private certificates for DNS names, but not those for IP addresses',
    zh: '能验证 Everyhop 为域名签发的私有证书，但不能验证为 IP 地址签发的',
  },
  'trap.own-store': {
    en: 'it ignores every variable and reads only its own store',
    zh: '它忽略所有环境变量，只读取自己的证书库',
  },
  'trap.system-file': {
    en: 'it reads the system’s file of roots and ignores the environment',
    zh: '无论环境变量如何设置，它都读取系统的根证书文件',
  },
  'trap.postgres': {
    en: 'PGSSLROOTCERT also turns sslmode=require into verify-ca, so Everyhop does not set it',
    zh: 'PGSSLROOTCERT 还会把 sslmode=require 变为 verify-ca，因此 Everyhop 不设置它',
  },
  'trap.unhashed-folder': {
    en: 'every hop fails if the files of a folder lack hashed names',
    zh: '若文件夹中的文件没有散列名，所有连接都会失败',
  },
});

const known = { en: '{consumers}: {trap}.', zh: '{consumers}：{trap}。' } as const;

/** The same traps as findings, with cause and hint. `trap` is the phrase above. */
export const trapError = defineErrors({
  'trap.ignores-ssl-cert': {
    en: {
      meaning: known.en,
      cause: 'It reads only its own variable.',
      hint: 'Everyhop sets that variable too: {everyhop run} -- COMMAND',
    },
    zh: {
      meaning: known.zh,
      cause: '它只读取自己的变量。',
      hint: 'Everyhop 也会设置该变量：{everyhop run} -- COMMAND',
    },
  },
  'trap.beats-session': {
    en: {
      meaning: known.en,
      cause: 'For each request, requests reads the variable first and the session second.',
      hint: 'For a hop with other roots, pass verify=FILE with the request itself.',
    },
    zh: {
      meaning: known.zh,
      cause: 'requests 在每次请求时先读取环境变量，再读取会话设置。',
      hint: '若某个连接需要其他根证书，请在该请求中传入 verify=FILE。',
    },
  },
  'trap.missing-file-silent': {
    en: {
      meaning: known.en,
      cause: 'It continues without these roots, and the first symptom is a hop that fails to verify.',
      hint: 'Check that the file exists: ls -l FILE',
    },
    zh: {
      meaning: known.zh,
      cause: '它会在缺少这些根证书的情况下继续运行，直到某个连接验证失败才会显现。',
      hint: '请确认文件存在：ls -l FILE',
    },
  },
  'trap.read-once': {
    en: {
      meaning: known.en,
      cause: 'The process keeps the roots from startup, even when the file changes.',
      hint: 'Restart it after the roots change.',
    },
    zh: {
      meaning: known.zh,
      cause: '进程会一直使用启动时读取的根证书，即使文件已改变。',
      hint: '根证书变更后请重启它。',
    },
  },
  'trap.cafile-switches-off': {
    en: {
      meaning: known.en,
      cause: 'npm passes the roots in cafile to Node, where they replace all others.',
      hint: 'Remove the setting (npm config delete cafile), or start npm with: {everyhop run} -- npm',
    },
    zh: {
      meaning: known.zh,
      cause: 'npm 把 cafile 中的根证书交给 Node，取代其他所有根证书。',
      hint: '请删除该设置（npm config delete cafile），或这样启动 npm：{everyhop run} -- npm',
    },
  },
  'trap.java-silent': {
    en: {
      meaning: known.en,
      cause: 'Java falls back to its own cacerts file.',
      hint: 'Everyhop points it to an existing trust store: {everyhop run} -- java',
    },
    zh: {
      meaning: known.zh,
      cause: 'Java 会改用自带的 cacerts 文件。',
      hint: 'Everyhop 会让它使用确实存在的信任库：{everyhop run} -- java',
    },
  },
  'trap.wgetrc': {
    en: {
      meaning: known.en,
      cause: 'wget reads a single settings file: WGETRC if set, otherwise ~/.wgetrc.',
      hint: 'When Everyhop starts it with run, nothing is needed. Otherwise add to ~/.wgetrc: ca_certificate = FILE',
    },
    zh: {
      meaning: known.zh,
      cause: 'wget 只读取一个设置文件：优先使用 WGETRC 指定的文件，否则使用 ~/.wgetrc。',
      hint: '由 Everyhop 的 run 命令启动时无需处理。否则请在 ~/.wgetrc 中加入：ca_certificate = FILE',
    },
  },
  'trap.php-curl': {
    en: {
      meaning: known.en,
      cause: 'PHP takes this setting from php.ini.',
      hint: 'Set curl.cainfo there to the bundle. To find the file: php --ini',
    },
    zh: {
      meaning: known.zh,
      cause: 'PHP 从 php.ini 读取该设置。',
      hint: '请在其中把 curl.cainfo 设为信任包。查找该文件：php --ini',
    },
  },
  'trap.daemon': {
    en: {
      meaning: known.en,
      cause: 'A service manager starts it, not this shell.',
      hint: 'Add the variables to its unit: {everyhop env} --format systemd',
    },
    zh: {
      meaning: known.zh,
      cause: '它由服务管理器启动，而不是由当前终端启动。',
      hint: '请把变量写入其 systemd 单元：{everyhop env} --format systemd',
    },
  },
  'trap.own-roots': {
    en: {
      meaning: known.en,
      cause: 'The roots are compiled into the program or its library.',
      hint: 'Use a build that reads the system’s roots, then: {everyhop trust install} --store system',
    },
    zh: {
      meaning: known.zh,
      cause: '根证书已编译进程序或其库。',
      hint: '请改用读取系统根证书的版本，然后运行：{everyhop trust install} --store system',
    },
  },
  'trap.address-constraints': {
    en: {
      meaning: known.en,
      cause: 'It is built on BoringSSL, which does not support name constraints on IP addresses.',
      hint: 'Connect by a DNS name: localhost instead of 127.0.0.1.',
    },
    zh: {
      meaning: known.zh,
      cause: '它基于 BoringSSL，而 BoringSSL 不支持对 IP 地址的名称约束。',
      hint: '请使用域名连接：用 localhost 代替 127.0.0.1。',
    },
  },
  'trap.own-store': {
    en: {
      meaning: known.en,
      cause: 'It reads certificates from its own store only.',
      hint: 'Add the root to that store: {everyhop trust install}',
    },
    zh: {
      meaning: known.zh,
      cause: '它只从自己的证书库读取证书。',
      hint: '请把根证书加入该证书库：{everyhop trust install}',
    },
  },
  'trap.system-file': {
    en: {
      meaning: known.en,
      cause: 'The path is built into the program or its library.',
      hint: 'Give the system’s file to this program alone: {everyhop run} --mount -- COMMAND',
    },
    zh: {
      meaning: known.zh,
      cause: '该路径内置于程序或其库中。',
      hint: '只为该程序替换系统文件：{everyhop run} --mount -- COMMAND',
    },
  },
  'trap.postgres': {
    en: {
      meaning: known.en,
      cause: 'libpq verifies only with sslmode=verify-ca or verify-full, and only with roots that are named.',
      hint: 'Add sslmode=verify-full and sslrootcert=FILE to the connection string, with the file that {everyhop env} prints for SSL_CERT_FILE.',
    },
    zh: {
      meaning: known.zh,
      cause: 'libpq 只在 sslmode=verify-ca 或 verify-full 时验证，并且必须指定根证书。',
      hint: '请在连接字符串中加入 sslmode=verify-full 和 sslrootcert=FILE，文件为 {everyhop env} 输出的 SSL_CERT_FILE 的值。',
    },
  },
  'trap.unhashed-folder': {
    en: {
      meaning: known.en,
      cause: 'OpenSSL looks up certificates in a folder by subject hash.',
      hint: 'Point to the bundle file instead, or create the hashed names: openssl rehash FOLDER',
    },
    zh: {
      meaning: known.zh,
      cause: 'OpenSSL 按主题的散列值在文件夹中查找证书。',
      hint: '请改为指向信任包文件，或生成散列名：openssl rehash FOLDER',
    },
  },
});
