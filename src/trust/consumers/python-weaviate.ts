import { atStart, pythonLibrary } from './shared/python.ts';

export default pythonLibrary('weaviate', {
  variables: atStart,
  distribution: 'weaviate-client',
  code: String.raw`
import weaviate
from weaviate.config import AdditionalConfig, Timeout
def attempt():
    config = AdditionalConfig(timeout=Timeout(init=10))
    weaviate.connect_to_custom(
        http_host=host, http_port=port, http_secure=True, grpc_host=host, grpc_port=port - 1, grpc_secure=True,
        additional_config=config, skip_init_checks=True,
    ).close()
`,
});
