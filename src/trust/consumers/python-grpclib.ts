import { atStart, pythonLibrary } from './shared/python.ts';

export default pythonLibrary('grpclib', {
  variables: atStart,
  modules: ['grpclib', 'betterproto'],
  code: String.raw`
import asyncio, grpclib.client, grpclib.const, grpclib.encoding.base, grpclib.exceptions
class Raw(grpclib.encoding.base.CodecBase):
    __content_subtype__ = "raw"
    def encode(self, message, message_type):
        return message
    def decode(self, data, message_type):
        return data
async def call():
    channel = grpclib.client.Channel(host, port, ssl=True, codec=Raw())
    try:
        async with channel.request("/everyhop/Probe", grpclib.const.Cardinality.UNARY_UNARY, bytes, bytes, timeout=10) as stream:
            await stream.send_message(b"", end=True)
            await stream.recv_message()
    except grpclib.exceptions.GRPCError:
        pass
    finally:
        channel.close()
def attempt():
    asyncio.run(call())
`,
});
