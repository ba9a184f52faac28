"""
Twisted's AMP as the other end of a connection.

    amp_peer.py server CERTIFICATE KEY          responds to what is declared below, over TCP; prints its port
    amp_peer.py unix-server PATH                the same over a UNIX socket
    amp_peer.py client PORT AUTHORITY           calls all of it, and prints what came of it
    amp_peer.py unix-client PATH                calls what is only to be had over a UNIX socket
"""
import datetime
import decimal
import os
import sys
import tempfile

from twisted.internet import defer, protocol, reactor, ssl
from twisted.internet.endpoints import TCP4ClientEndpoint, UNIXClientEndpoint, connectProtocol
from twisted.protocols import amp
from twisted.python import log
from twisted.python.filepath import FilePath


def say(*words):
    print(*words, flush=True)


class ZeroDivision(Exception):
    pass


class Fatal(Exception):
    pass


TYPES = [
    (b"string", amp.String()),
    (b"unicode", amp.Unicode()),
    (b"integer", amp.Integer()),
    (b"big", amp.Integer()),
    (b"float", amp.Float()),
    (b"floats", amp.ListOf(amp.Float())),
    (b"boolean", amp.Boolean()),
    (b"decimal", amp.Decimal()),
    (b"decimals", amp.ListOf(amp.Decimal())),
    (b"moment", amp.DateTime()),
    (b"path", amp.Path()),
    (b"numbers", amp.ListOf(amp.Integer())),
    (b"nested", amp.ListOf(amp.ListOf(amp.Unicode()))),
    (b"records", amp.AmpList([(b"name", amp.Unicode()), (b"age", amp.Integer(optional=True))])),
    (b"absent", amp.Integer(optional=True)),
    (b"present", amp.Integer(optional=True)),
]


class Types(amp.Command):
    arguments = TYPES
    response = TYPES


class Divide(amp.Command):
    arguments = [(b"numerator", amp.Integer()), (b"denominator", amp.Integer())]
    response = [(b"quotient", amp.Float())]
    errors = {ZeroDivision: b"ZERO_DIVISION"}
    fatalErrors = {Fatal: b"FATAL"}


class Note(amp.Command):
    arguments = [(b"text", amp.Unicode())]
    requiresAnswer = False


class Notes(amp.Command):
    response = [(b"notes", amp.ListOf(amp.Unicode()))]


class Missing(amp.Command):
    pass


class Upgrade(amp.ProtocolSwitchCommand):
    arguments = [(b"prefix", amp.Unicode())]
    errors = {ZeroDivision: b"REFUSED"}


class Read(amp.Command):
    arguments = [(b"file", amp.Descriptor())]
    response = [(b"text", amp.Unicode()), (b"other", amp.Descriptor())]


class Shout(protocol.Protocol):
    def __init__(self, prefix):
        self.prefix = prefix

    def dataReceived(self, data):
        self.transport.write(self.prefix.encode() + data.upper())


class Hear(protocol.Protocol):
    heard = b""

    def connectionMade(self):
        self.transport.write(b"hello")

    def dataReceived(self, data):
        self.heard += data
        if len(self.heard) >= 6:
            say("heard", self.heard.decode())
            self.transport.loseConnection()


class Hearers(protocol.ClientFactory):
    protocol = Hear

    def clientConnectionFailed(self, connector, reason):
        say("switch failed")


class Server(amp.AMP):
    certificate = None

    def __init__(self):
        super().__init__()
        self.notes = []

    def types(self, **values):
        say("got", {name: values[name] for name in sorted(values)})
        return values

    Types.responder(types)

    def divide(self, numerator, denominator):
        if denominator == 0:
            raise ZeroDivision("by zero")
        if denominator == -1:
            raise Fatal("far too negative")
        if denominator == -2:
            raise KeyError("secret")
        later = defer.Deferred()
        reactor.callLater(0, later.callback, {"quotient": numerator / denominator})
        return later

    Divide.responder(divide)

    def note(self, text):
        self.notes.append(text)
        return {}

    Note.responder(note)
    Notes.responder(lambda self: {"notes": self.notes})

    def upgrade(self, prefix):
        if not prefix:
            raise ZeroDivision("no prefix")
        return Shout(prefix)

    Upgrade.responder(upgrade)

    def tls(self):
        return {"tls_localCertificate": self.certificate}

    amp.StartTLS.responder(tls)

    def read(self, file):
        with os.fdopen(file) as opened:
            text = opened.read()
        answer = tempfile.TemporaryFile()
        answer.write(b"from twisted")
        answer.seek(0)
        self.answer = answer
        return {"text": text, "other": answer.fileno()}

    Read.responder(read)

    def connectionLost(self, reason):
        say("lost", reason.type.__name__)
        super().connectionLost(reason)


VALUES = dict(
    string=bytes(range(256)),
    unicode="Zo\u00eb \U0001f600",
    integer=-42,
    big=2 ** 200,
    float=0.1,
    floats=[1e16, 1e-5, -0.0, 1.0, 123456.789, 5e-324, float("inf")],
    boolean=True,
    decimal=decimal.Decimal("1.50"),
    decimals=[decimal.Decimal(text) for text in ("1E+2", "-0", "Infinity", "0.1E-7")],
    moment=datetime.datetime(2012, 1, 23, 12, 34, 56, 54321, tzinfo=amp._FixedOffsetTZInfo(datetime.timedelta(minutes=-83))),
    path=FilePath("/tmp/Zo\u00eb"),
    numbers=list(range(-3, 100)),
    nested=[["a", "\u00e9"], [], [""]],
    records=[{"name": "Ada", "age": 36}, {"name": "Grace", "age": None}],
    absent=None,
    present=0,
)


async def failure(call):
    try:
        await call
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "no failure"


async def client(connect, authority):
    one = await connect()
    answer = await one.callRemote(Types, **VALUES)
    different = [name for name in VALUES if answer[name] != VALUES[name]]
    say("types", "equal" if not different else [(name, VALUES[name], answer[name]) for name in different])
    say("7/2", (await one.callRemote(Divide, numerator=7, denominator=2))["quotient"])
    say(await failure(one.callRemote(Divide, numerator=7, denominator=0)))
    say(await failure(one.callRemote(Missing)))
    one.callRemote(Note, text="one")
    one.callRemote(Note, text="two")
    say((await one.callRemote(Notes))["notes"])
    echo = await one.callRemoteString(b"echo", text=b"\x00\xff")
    say("echo", echo[b"text"])
    say(await failure(one.callRemote(Upgrade, Hearers(), prefix="")))
    many = [one.callRemote(Divide, numerator=n, denominator=1) for n in range(1000)]
    say("many", [answer["quotient"] for _, answer in await defer.DeferredList(many)] == list(range(1000)))
    say(await failure(one.callRemote(Divide, numerator=7, denominator=-1)))
    two = await connect()
    say(await failure(two.callRemote(Divide, numerator=7, denominator=-2)))
    three = await connect()
    await three.callRemote(amp.StartTLS, tls_verifyAuthorities=[authority])
    say("secure", (await three.callRemote(Divide, numerator=1, denominator=4))["quotient"])
    say("peer", three.peerCertificate.getSubject().commonName.decode())
    await three.callRemote(Upgrade, Hearers(), prefix="!")


async def unixClient(connect):
    one = await connect()
    with tempfile.TemporaryFile() as file:
        file.write(b"to hawser")
        file.seek(0)
        answer = await one.callRemote(Read, file=file.fileno())
    with os.fdopen(answer["other"]) as other:
        say("read", answer["text"], other.read())
    one.transport.loseConnection()


def read(path):
    with open(path, "rb") as file:
        return file.read()


def main(mode, *args):
    # What is logged is of use when a test fails; it is not what tests look at.
    log.startLogging(sys.stderr, setStdout=False)
    if mode == "server":
        Server.certificate = ssl.PrivateCertificate.loadPEM(read(args[0]) + read(args[1]))
        port = reactor.listenTCP(0, protocol.Factory.forProtocol(Server), interface="127.0.0.1")
        say("port", port.getHost().port)
    elif mode == "unix-server":
        reactor.listenUNIX(args[0], protocol.Factory.forProtocol(Server))
        say("listening")
    else:
        if mode == "client":
            endpoint = TCP4ClientEndpoint(reactor, "127.0.0.1", int(args[0]))
            work = client(lambda: connectProtocol(endpoint, amp.AMP()), ssl.Certificate.loadPEM(read(args[1])))
        else:
            endpoint = UNIXClientEndpoint(reactor, args[0])
            work = unixClient(lambda: connectProtocol(endpoint, amp.AMP()))
        done = defer.ensureDeferred(work)
        done.addErrback(lambda failure: say("failed", failure.getTraceback()))
        # What was heard last is said behind the last call.
        done.addBoth(lambda _: reactor.callLater(0.3, reactor.stop))
    reactor.run()


main(*sys.argv[1:])
