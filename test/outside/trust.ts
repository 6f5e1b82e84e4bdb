import type { OutsideCase } from './outside-case.ts';

export const trustCases: readonly OutsideCase[] = [
  {
    id: 'trust/app-overwrites-ssl-cert-file',
    symptom: 'An app sets SSL_CERT_FILE itself and loses the private root, after `trust check` called it proven',
    sources: ['h2oai/h2ogpt (src/gen.py)'],
  },
  {
    id: 'trust/boringssl-ip-constraints',
    symptom: 'Every BoringSSL client (gRPC for Python, Bun, Electron) refuses the private chain',
    sources: ['qdrant/qdrant-client#182', 'milvus-io/pymilvus#2785', 'anthropics/claude-code#26897'],
  },
  {
    id: 'trust/no-variable-reaches',
    symptom: 'Clients with a built-in path (librdkafka, pycurl, aria2, wget2, lftp) go on refusing the private hop',
    sources: ['confluentinc/confluent-kafka-python#938', 'confluentinc/librdkafka#4837', 'npiv/chatblade#58'],
  },
  {
    id: 'trust/npm-run-changes-node',
    symptom: 'A program started through npm gets another Node.js, another folder and the variables of npm',
    sources: [],
  },
  {
    id: 'trust/one-label-names-need-new-root',
    symptom: 'Each new Compose service needs a new root in every container',
    sources: ['langgenius/dify#20253', 'open-webui/open-webui#1398'],
  },
  {
    id: 'trust/proven-name-that-nobody-resolves',
    symptom: 'Proven, but the printed curl line cannot resolve the name',
    sources: [],
  },
  {
    id: 'trust/trust-check-proven-but-fails',
    symptom: '`trust check` says proven of an app whose library it did not try',
    sources: ['taylorwilsdon/google_workspace_mcp#950', 'weaviate/weaviate-python-client#1226', 'psycopg/psycopg#928'],
  },
  {
    id: 'trust/uninstall-after-interrupt',
    symptom: 'A root that was reported as taken out is still trusted',
    sources: ['FiloSottile/mkcert (-uninstall)'],
  },
  {
    id: 'trust/up-text-of-file-certificates',
    symptom: '"Renewed by itself" is said of files that somebody else keeps',
    sources: [],
  },
  {
    id: 'trust/variables-that-run-does-not-set',
    symptom: 'httplib2 and Perl’s LWP read a variable, but `run` does not set it',
    sources: ['httplib2/httplib2#2', 'psycopg/psycopg#928'],
  },
  {
    id: 'trust/grpclib-certifi-only',
    symptom: 'grpclib trusts only certifi and reads no variable; users append to its file by hand',
    sources: ['vmagamedov/grpclib#181', 'vmagamedov/grpclib#167'],
  },
  {
    id: 'trust/pycurl-wheel-path',
    symptom: 'The wheel of pycurl has a path of roots built in and reads no variable',
    sources: ['pycurl/pycurl#834', 'pycurl/pycurl#835'],
  },
  {
    id: 'trust/googleapiclient-other-variable',
    symptom: 'CURL_CA_BUNDLE, SSL_CERT_FILE and the variable of gcloud are set, and the Google API client still fails',
    sources: ['googleapis/google-api-python-client#1775'],
  },
];
