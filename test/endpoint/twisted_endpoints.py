"""
Says what Twisted makes of endpoint descriptions, for twisted.test.ts: a line of JSON on stdin is a list of [kind, description], one on
stdout is the list of answers: what was understood, or null for what was refused.

Where Hawser differs on purpose, Twisted is made to differ the same way; each place says so.
"""
import json
import re
import sys

from twisted.internet import endpoints
from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactor
from twisted.python.systemd import ListenFDs

OPERATIONS = {endpoints._OP: "operator", endpoints._STRING: "text"}

endpoints._SystemdParser._sddaemon = ListenFDs([7, 8, 9])


def plain(text, base=10):
    """Numbers are plain digits, where Python also takes signs, spaces, underscores and the digits of other scripts."""
    if not isinstance(text, str):
        return int(text)
    if not re.fullmatch("[0-7]+" if base == 8 else "[0-9]+", text):
        raise ValueError(text)
    return int(text, base)


endpoints.int = plain


class Refused(Exception):
    """What Hawser refuses and Twisted lets pass."""


def expect(condition):
    if not condition:
        raise Refused()


def tokens(description):
    return [[OPERATIONS[kind], value] for kind, value in endpoints._tokenize(description)]


def parsed(description):
    args, keywords = endpoints._parse(description)
    return [args, sorted(keywords.items())]


def flag(value):
    """A flag is 0 or 1."""
    expect(value in ("0", "1"))
    return value == "1"


def server(description):
    args, keywords = endpoints._parse(description)
    if args and args[0].upper() in ("TCP", "UNIX"):
        # A prefix is the same in capitals and small letters, as Twisted has it for all but these.
        description = rewritten([args[0].lower()] + args[1:], keywords)
    if args and args[0].upper() == "UNIX":
        for value in args[4:5] + [value for name, value in keywords.items() if name == "lockfile"]:
            flag(value)
    if args and args[0].upper() == "SYSTEMD":
        for value in args[1:2] + [value for name, value in keywords.items() if name == "domain"]:
            expect(value in ("INET", "INET6", "UNIX"))
    endpoint = endpoints.serverFromString(MemoryReactor(), description)
    kind = type(endpoint).__name__
    if isinstance(endpoint, endpoints._TCPServerEndpoint):
        expect(endpoint._port <= 65535)
        expect(endpoint._backlog < 2 ** 31)
        return [kind, endpoint._port, endpoint._backlog, endpoint._interface]
    if isinstance(endpoint, endpoints.UNIXServerEndpoint):
        # An empty path is none.
        expect(endpoint._address != "")
        expect(endpoint._mode <= 0o7777)
        expect(endpoint._backlog < 2 ** 31)
        return [kind, endpoint._address, endpoint._mode, endpoint._backlog, endpoint._wantPID]
    family = {"AF_INET": "ipv4", "AF_INET6": "ipv6", "AF_UNIX": "unix"}[endpoint.addressFamily.name]
    return [kind, endpoint.fileno, family]


def client(description):
    args, keywords = endpoints._parse(description)
    prefix = args[0].upper() if args else ""
    places = len(args) - 1
    if prefix == "TCP":
        # An argument is given once; none is ignored.
        expect(places <= 2)
        expect(places < 2 or not {"host", "port"} & keywords.keys())
        expect(places < 1 or not {"host", "port"} <= keywords.keys())
    if prefix == "UNIX":
        expect(places <= 1)
        expect(places < 1 or "path" not in keywords)
        expect(not {"lockfile", "checkPID"} <= keywords.keys())
        for name in ("lockfile", "checkPID"):
            if name in keywords:
                flag(keywords[name])
    endpoint = endpoints.clientFromString(MemoryReactor(), description)
    kind = type(endpoint).__name__
    expect(endpoint._timeout <= 2 ** 53 - 1)
    if isinstance(endpoint, endpoints.TCP4ClientEndpoint):
        # An empty host, or address to connect from, is none.
        expect(endpoint._host != "" and 1 <= endpoint._port <= 65535)
        expect(endpoint._bindAddress is None or endpoint._bindAddress[0] != "")
        bound = endpoint._bindAddress and endpoint._bindAddress[0]
        return [kind, endpoint._host, endpoint._port, endpoint._timeout, bound]
    expect(endpoint._path != "")
    # Twisted takes checkPID for the text that it is, so that "0" is true.
    check = endpoint._checkPID if endpoint._checkPID in (0, 1) else flag(endpoint._checkPID)
    return [kind, endpoint._path, endpoint._timeout, bool(check)]


def rewritten(args, keywords):
    def quoted(text):
        return re.sub(r"[\\:=]", r"\\\g<0>", text)

    return ":".join([quoted(arg) for arg in args] + [f"{quoted(name)}={quoted(value)}" for name, value in keywords.items()])


KINDS = {"tokens": tokens, "parsed": parsed, "server": server, "client": client}

for line in sys.stdin:
    answers = []
    for kind, description in json.loads(line):
        try:
            answers.append(KINDS[kind](description))
        except Exception:
            answers.append(None)
    print(json.dumps(answers), flush=True)
