"""The source on uvloop. Argument: UNIT."""

import asyncio
import sys

import uvloop

UNIT = int(sys.argv[1])
CHUNK = b"x" * (64 * 1024)


class Source(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.owed = 0
        self.paused = False

    def data_received(self, data):
        self.owed += len(data) * UNIT
        self.send()

    def pause_writing(self):
        self.paused = True

    def resume_writing(self):
        self.paused = False
        self.send()

    def send(self):
        while self.owed > 0 and not self.paused:
            chunk = CHUNK[: self.owed]
            self.owed -= len(chunk)
            self.transport.write(chunk)


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Source, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


uvloop.install()
asyncio.run(main())
