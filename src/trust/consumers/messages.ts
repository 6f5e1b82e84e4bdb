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
