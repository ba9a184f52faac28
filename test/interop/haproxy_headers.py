"""Reads PROXY headers in hexadecimal digits, one a line, with Twisted's parsers; answers a line of JSON for each."""

import json
import sys

from twisted.internet.address import UNIXAddress
from twisted.protocols.haproxy._v1parser import V1Parser
from twisted.protocols.haproxy._v2parser import V2Parser


def shown(address):
    if address is None:
        return None
    if isinstance(address, UNIXAddress):
        return ["unix", (address.name or b"").hex()]
    return [address.type, address.host, address.port]


for line in sys.stdin:
    data = bytes.fromhex(line.strip())
    parser = V2Parser() if data.startswith(V2Parser.PREFIX) else V1Parser()
    try:
        info, rest = parser.feed(data)
    except Exception as error:
        print(json.dumps({"error": type(error).__name__}))
        continue
    if info is None:
        print(json.dumps({"error": "incomplete"}))
        continue
    answer = {"source": shown(info.source), "destination": shown(info.destination), "rest": (rest or b"").hex()}
    print(json.dumps(answer))
