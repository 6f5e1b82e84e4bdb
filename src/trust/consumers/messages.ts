import { defineErrors } from '../../base/errors.ts';
import { defineWords } from '../../base/language.ts';

export const trapWords = defineWords({
  'trap.ignores-ssl-cert': { en: 'SSL_CERT_FILE is ignored', zh: '忽略 SSL_CERT_FILE' },
  'trap.beats-session': {
    en: 'the variable goes before what Session.verify says',
    zh: '环境变量优先于 Session.verify',
  },
  'trap.missing-file-silent': {
    en: 'a file that is not there is passed over without a word, or with a warning',
    zh: '文件不存在时会被默默忽略，或仅给出警告',
  },
  'trap.read-once': { en: 'read once at the start', zh: '仅在启动时读取一次' },
  'trap.cafile-switches-off': {
    en: 'cafile switches NODE_EXTRA_CA_CERTS off',
    zh: 'cafile 会使 NODE_EXTRA_CA_CERTS 失效',
  },
  'trap.java-silent': {
    en: 'a trust store that is not there is replaced by the usual one without a word',
    zh: '信任库不存在时会默默改用默认信任库',
  },
  'trap.wgetrc': {
    en: 'WGETRC takes the place of ~/.wgetrc: everyhop run writes out what is in that too',
    zh: 'WGETRC 会取代 ~/.wgetrc：everyhop run 会一并写入其中的设置',
  },
  'trap.php-curl': {
    en: 'PHP’s curl reads curl.cainfo and no variable of OpenSSL’s',
    zh: 'PHP 的 curl 只读取 curl.cainfo，不读取 OpenSSL 的变量',
  },
  'trap.daemon': {
    en: 'a daemon has the environment of its service, not of the shell',
    zh: '守护进程使用其服务的环境，而非当前终端的环境',
  },
  'trap.own-roots': {
    en: 'builds with roots of their own ignore every variable',
    zh: '自带根证书的构建会忽略所有环境变量',
  },
  'trap.own-store': {
    en: 'no variable reaches it: it has a store of its own',
    zh: '没有变量可以影响它：它有自己的证书库',
  },
  'trap.unhashed-folder': {
    en: 'a folder whose files have no hashed names breaks everything',
    zh: '文件夹中的文件若没有散列名，则全部失败',
  },
});

const known = { en: '{consumers}: {trap}.', zh: '{consumers}：{trap}。' } as const;

/** The same as findings: each with its cause, and what to do. `trap` is its phrase above. */
export const trapError = defineErrors({
  'trap.ignores-ssl-cert': {
    en: {
      meaning: known.en,
      cause: 'It reads a variable of its own, and no other.',
      hint: 'Start it with everyhop run, which sets the variables of every known program: everyhop run -- COMMAND',
    },
    zh: {
      meaning: known.zh,
      cause: '它只读取自己的变量。',
      hint: '请用 everyhop run 启动，它会为所有已知程序设置变量：everyhop run -- COMMAND',
    },
  },
  'trap.beats-session': {
    en: {
      meaning: known.en,
      cause: 'requests looks at the variable for each request, and at the session only after it.',
      hint: 'For a hop with other roots, pass verify=FILE with the request itself.',
    },
    zh: {
      meaning: known.zh,
      cause: 'requests 在每次请求时先读取环境变量，然后才看会话设置。',
      hint: '若某一跳需要其他根证书，请在请求本身中传入 verify=FILE。',
    },
  },
  'trap.missing-file-silent': {
    en: {
      meaning: known.en,
      cause: 'It goes on without these roots, so that the first hint is a hop that does not verify.',
      hint: 'Check that the file exists: ls -l FILE; everyhop run names only files that it has written.',
    },
    zh: {
      meaning: known.zh,
      cause: '它会在没有这些根证书的情况下继续运行，直到某一跳无法通过验证才会发现。',
      hint: '请确认文件存在：ls -l FILE；everyhop run 只会指定它写入的文件。',
    },
  },
  'trap.read-once': {
    en: {
      meaning: known.en,
      cause: 'The process keeps the roots that it read, even when the file changes.',
      hint: 'Restart it after a change of the roots.',
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
      cause: 'npm gives Node the roots of cafile, and these replace the others.',
      hint: 'Remove the setting (npm config delete cafile), or start npm with: everyhop run -- npm',
    },
    zh: {
      meaning: known.zh,
      cause: 'npm 把 cafile 中的根证书交给 Node，它们会取代其他根证书。',
      hint: '请删除该设置（npm config delete cafile），或这样启动 npm：everyhop run -- npm',
    },
  },
  'trap.java-silent': {
    en: {
      meaning: known.en,
      cause: 'Java falls back to its own cacerts file.',
      hint: 'Start it with everyhop run, which names a trust store that exists: everyhop run -- java',
    },
    zh: {
      meaning: known.zh,
      cause: 'Java 会改用自带的 cacerts 文件。',
      hint: '请用 everyhop run 启动，它会指定一个存在的信任库：everyhop run -- java',
    },
  },
  'trap.wgetrc': {
    en: {
      meaning: known.en,
      cause: 'wget reads one file of settings: that of WGETRC, or else ~/.wgetrc.',
      hint: 'Nothing needs to be done under everyhop run. Elsewhere, add to ~/.wgetrc: ca_certificate = FILE',
    },
    zh: {
      meaning: known.zh,
      cause: 'wget 只读取一个设置文件：WGETRC 指定的文件，否则是 ~/.wgetrc。',
      hint: '在 everyhop run 下无需处理。其他情况请在 ~/.wgetrc 中加入：ca_certificate = FILE',
    },
  },
  'trap.php-curl': {
    en: {
      meaning: known.en,
      cause: 'The setting comes from php.ini.',
      hint: 'Set curl.cainfo there to the bundle. To find the file: php --ini',
    },
    zh: {
      meaning: known.zh,
      cause: '该设置来自 php.ini。',
      hint: '请在其中把 curl.cainfo 设为信任包。查找该文件：php --ini',
    },
  },
  'trap.daemon': {
    en: {
      meaning: known.en,
      cause: 'A service manager starts it, not this shell.',
      hint: 'Give the variables to its unit: everyhop env --format systemd',
    },
    zh: {
      meaning: known.zh,
      cause: '它由服务管理器启动，而不是由当前终端启动。',
      hint: '请把变量写入它的单元：everyhop env --format systemd',
    },
  },
  'trap.own-roots': {
    en: {
      meaning: known.en,
      cause: 'The roots are compiled into the program or its library.',
      hint: 'Use a build that reads the roots of the system, then: everyhop trust install --store system',
    },
    zh: {
      meaning: known.zh,
      cause: '根证书已编译进程序或其库。',
      hint: '请使用读取系统根证书的构建，然后运行：everyhop trust install --store system',
    },
  },
  'trap.own-store': {
    en: {
      meaning: known.en,
      cause: 'It reads certificates from its own store only.',
      hint: 'Add the root to that store: everyhop trust install',
    },
    zh: {
      meaning: known.zh,
      cause: '它只从自己的证书库读取证书。',
      hint: '请把根证书加入该证书库：everyhop trust install',
    },
  },
  'trap.unhashed-folder': {
    en: {
      meaning: known.en,
      cause: 'OpenSSL finds a certificate in a folder by the hash of its subject.',
      hint: 'Name the file of the bundle instead, or make the names: openssl rehash FOLDER',
    },
    zh: {
      meaning: known.zh,
      cause: 'OpenSSL 按主题的散列值在文件夹中查找证书。',
      hint: '请改为指定信任包文件，或生成散列名：openssl rehash FOLDER',
    },
  },
});
