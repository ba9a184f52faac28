"""The receiver of lines on uvloop. Argument: UNIT."""

import asyncio
import sys

import uvloop

UNIT = int(sys.argv[1])


class Counter(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.lines = 0
        self.rest = b""

    def data_received(self, data):
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            self.line_received(line)

    def line_received(self, line):
        self.lines += 1
        if self.lines % UNIT == 0:
            self.transport.write(b".")


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Counter, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


uvloop.install()
asyncio.run(main())
