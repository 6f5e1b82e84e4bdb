import { openSsl } from './shared/openssl.ts';
import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('redis', {
  variables: openSsl,
  modules: ['redis', 'valkey'],
  code: String.raw`
import redis
from redis.retry import Retry
from redis.backoff import NoBackoff
def attempt():
    redis.Redis(host=host, port=port, ssl=True, socket_timeout=10, socket_connect_timeout=10, retry=Retry(NoBackoff(), 0)).ping()
`,
});
