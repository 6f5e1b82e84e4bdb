import { defineConsumer } from '../consumer.ts';

/** The variable of the property core/custom_ca_certs_file. */
export default defineConsumer({
  id: 'gcloud',
  runtime: 'gcloud',
  command: { name: /^(gcloud|gsutil|bq)$/ },
  variables: [{ name: 'CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE', effect: 'replace' }],
  traps: [],
  tested: 'documented',
});
