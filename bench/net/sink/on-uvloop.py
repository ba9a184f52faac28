"""The sink on uvloop. Argument: UNIT."""

import asyncio
import sys

import uvloop

UNIT = int(sys.argv[1])


class Sink(asyncio.BufferedProtocol):
    def connection_made(self, transport):
        self.transport = transport
        self.received = 0
        self.buffer = bytearray(64 * 1024)

    def get_buffer(self, sizehint):
        return self.buffer

    def buffer_updated(self, length):
        self.received += length
        while self.received >= UNIT:
            self.received -= UNIT
            self.transport.write(b".")


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


uvloop.install()
asyncio.run(main())
