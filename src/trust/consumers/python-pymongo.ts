import { openSsl } from './shared/openssl.ts';
import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('pymongo', {
  variables: openSsl,
  modules: ['pymongo', 'motor'],
  code: String.raw`
import pymongo, pymongo.errors
def attempt():
    client = pymongo.MongoClient(host, port, tls=True, serverSelectionTimeoutMS=2000, directConnection=True)
    try:
        client.admin.command("ping")
    except pymongo.errors.PyMongoError as error:
        # With pyOpenSSL, the handshake is not Python's own.
        if refused(error) or "connection closed" not in str(error):
            raise
        end("verified")
`,
});
