import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('boto3', {
  variables: [{ name: 'AWS_CA_BUNDLE', effect: 'replace' }],
  traps: ['trap.ignores-ssl-cert'],
  distribution: 'botocore',
  modules: ['botocore', 'boto3', 's3transfer'],
  code: String.raw`
import botocore.config, botocore.exceptions, botocore.session
def attempt():
    client = botocore.session.get_session().create_client(
        "s3", endpoint_url=url, region_name="none", aws_access_key_id="none", aws_secret_access_key="none",
        config=botocore.config.Config(retries={"max_attempts": 0}, connect_timeout=10, read_timeout=10),
    )
    try:
        client.list_buckets()
    except botocore.exceptions.ClientError:
        pass
`,
});
