import { defineConsumer } from '../consumer.ts';

/** OpenLDAP’s library, and so its tools and python-ldap. */
export default defineConsumer({
  id: 'ldap',
  runtime: 'ldap',
  command: { name: /^ldap(search|add|modify|delete|whoami|passwd|compare|exop)$/ },
  variables: [{ name: 'LDAPTLS_CACERT', effect: 'replace' }],
  traps: [],
  tested: 'documented',
});
