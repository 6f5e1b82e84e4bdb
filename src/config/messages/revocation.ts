import type { ErrorTexts } from '../../base/errors.ts';

/** Texts about revocation lists for client certificates. */
export const revocationTexts = {
  'config.crl-unreadable': {
    en: {
      meaning: '{key}: {file} contains no certificate revocation list.',
      cause: 'It is neither DER nor PEM with “-----BEGIN X509 CRL-----”, or it is damaged.',
      hint: 'Get the list from the authority again, then check it: openssl crl -in {file} -noout -issuer -nextupdate',
    },
    zh: {
      meaning: '{key}：{file} 中没有证书吊销列表。',
      cause: '它既不是 DER，也不是带有“-----BEGIN X509 CRL-----”的 PEM，或者已损坏。',
      hint: '请重新向颁发机构获取列表，然后检查：openssl crl -in {file} -noout -issuer -nextupdate',
    },
  },
  'config.crl-foreign': {
    en: {
      meaning: '{key}: the revocation list of {issuer} in {file} is not signed by an authority in {root}.',
      cause: 'It belongs to another authority, was altered, or has a signature with SHA-1 or an unknown algorithm.',
      hint: 'Compare the issuer with the root: openssl crl -in {file} -noout -issuer; for an intermediate authority, append its certificate to {root}.',
    },
    zh: {
      meaning: '{key}：{file} 中 {issuer} 的吊销列表不是由 {root} 中的颁发机构签名的。',
      cause: '它属于其他颁发机构、被改动过，或者使用了 SHA-1 或未知的签名算法。',
      hint: '请把签发者与根证书对照：openssl crl -in {file} -noout -issuer；如果是中间颁发机构，请把它的证书追加到 {root}。',
    },
  },
  'config.crl-delta': {
    en: {
      meaning: '{key}: {file} is a delta list of {issuer}.',
      cause: 'It contains only the changes since another list, so it does not say which certificates are revoked.',
      hint: 'Use the complete list of that authority.',
    },
    zh: {
      meaning: '{key}：{file} 是 {issuer} 的增量列表。',
      cause: '它只包含相对于另一份列表的变化，不能说明哪些证书已被吊销。',
      hint: '请改用该颁发机构的完整列表。',
    },
  },
  'config.crl-missing': {
    en: {
      meaning: '{key}: no revocation list of {authority}, which is among the authorities in {root}.',
      cause:
        'With revocation lists, each authority in a client’s chain needs one. Without it, all its clients would be refused.',
      hint: 'Add its list to crl, or remove the authority from {root}.',
    },
    zh: {
      meaning: '{key}：缺少 {authority} 的吊销列表，而它是 {root} 中的颁发机构之一。',
      cause: '使用吊销列表时，客户端证书链上的每个颁发机构都需要一份列表；缺少时，其所有客户端都会被拒绝。',
      hint: '请把它的列表加入 crl，或从 {root} 中去掉该颁发机构。',
    },
  },
  'config.crl-expired': {
    en: {
      meaning:
        'The revocation list of {issuer} in {file} has expired ({at} UTC). Clients of this authority are refused.',
      cause: 'The authority should have published a new list by then. An old list may lack certificates revoked since.',
      hint: 'Put the new list into {file}; Everyhop reads it at once.',
    },
    zh: {
      meaning: '{file} 中 {issuer} 的吊销列表已过期（UTC {at}），该颁发机构的客户端会被拒绝。',
      cause: '颁发机构应在此之前发布新列表。旧列表可能缺少之后吊销的证书。',
      hint: '请把新列表放入 {file}，Everyhop 会立即读取。',
    },
  },
  'config.crl-expires': {
    en: {
      meaning: 'The revocation list of {issuer} in {file} expires at {at} UTC.',
      cause: 'From then on, clients of this authority are refused: an old list may lack revoked certificates.',
      hint: 'Put the next list into {file} before; Everyhop reads it at once.',
    },
    zh: {
      meaning: '{file} 中 {issuer} 的吊销列表将于 UTC {at} 过期。',
      cause: '此后该颁发机构的客户端会被拒绝，因为旧列表可能缺少已吊销的证书。',
      hint: '请在此之前把下一份列表放入 {file}，Everyhop 会立即读取。',
    },
  },
  'config.crl-future': {
    en: {
      meaning:
        'The revocation list of {issuer} in {file} is valid only from {at} UTC on. Until then, clients of this authority are refused.',
      cause: 'The list was published too early, or the clock of this machine is wrong.',
      hint: 'Check the clock: timedatectl status; otherwise use the former list until then.',
    },
    zh: {
      meaning: '{file} 中 {issuer} 的吊销列表从 UTC {at} 起才有效，在此之前该颁发机构的客户端会被拒绝。',
      cause: '列表发布得过早，或者本机时钟不准。',
      hint: '请检查时钟：timedatectl status；否则请先使用上一份列表。',
    },
  },
} as const satisfies ErrorTexts;
