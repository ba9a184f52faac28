"""
Reads lines of inetd.conf and of services with Twisted for inetd-traces.test.ts: a line of JSON on stdin is a list of files, one on stdout is the list of
what was read. Where Hawser differs on purpose, Twisted is made to differ the same way; each place says so.
"""
import json
import sys
from io import StringIO

from twisted.runner.inetdconf import InetdConf, InvalidInetdConfError, ServicesConf, UnknownService


def services_of(text):
    conf = ServicesConf()
    # Of two ports for a name the first counts, as for the system; for Twisted it is the last.
    conf.parseFile(StringIO("\n".join(reversed(text.split("\n")))))
    return conf


def read_line(line, services):
    conf = InetdConf(services)
    try:
        conf.parseFile(StringIO(line))
    except (InvalidInetdConfError, TypeError):
        # It is meant to be the first, but too few arguments for parseFields are the second.
        return "too few fields"
    except UnknownService:
        return "unknown service"
    if not conf.services:
        return "nothing"
    [entry] = conf.services
    # A program without arguments is called by its path; Twisted calls it by no name.
    args = list(entry.programArgs) or [entry.program]
    return [
        entry.name,
        entry.port,
        entry.socketType,
        entry.protocol,
        entry.wait,
        entry.user,
        entry.group,
        entry.program,
        args,
    ]


for request in sys.stdin:
    answers = []
    for given in json.loads(request):
        services = services_of(given["services"])
        names = {"%s/%s" % key: port for key, port in services.services.items()}
        # A bad line ends the reading of Twisted, so each is a file of its own.
        answers.append([names, [read_line(line, services) for line in given["lines"]]])
    print(json.dumps(answers), flush=True)
