"""
The works of the Deferred benchmark on Twisted: python3 deferred.py WORK. Each does its thing a thousand times a batch. The figure is
of processor time, as that of its rivals.
"""

import sys
import time

from measure import SECONDS, report
from twisted.internet.defer import Deferred, DeferredList, inlineCallbacks, succeed

TIMES = 1000
SUM = TIMES * (TIMES - 1) // 2

total = 0
unfired = []


class FirstFault(Exception):
    pass


class SecondFault(Exception):
    pass


def increment(n):
    return n + 1


def add(n):
    global total
    total += n


def later(_=None):
    deferred = Deferred()
    unfired.append(deferred)
    return deferred


def chain():
    for i in range(TIMES):
        deferred = Deferred()
        deferred.addCallback(increment).addCallback(increment).addCallback(increment).addCallback(add)
        deferred.callback(i - 3)


@inlineCallbacks
def sumOfFired():
    result = 0
    for i in range(TIMES):
        result += yield succeed(i)
    return result


@inlineCallbacks
def sumOfUnfired():
    result = 0
    for i in range(TIMES):
        result += yield later()
    return result


async def awaitFired():
    for i in range(TIMES):
        add(await succeed(i))


def firedYields():
    sumOfFired().addCallback(add)


def unfiredYields():
    sumOfUnfired().addCallback(add)
    for i in range(TIMES):
        unfired.pop().callback(i)


def raiseFirst(n):
    raise FirstFault(n)


def trapFirst(failure):
    failure.trap(FirstFault)
    raise SecondFault(failure.value.args[0])


def endOfErrors(failure):
    add(failure.value.args[0])


def errors():
    for i in range(TIMES):
        deferred = Deferred()
        deferred.addCallback(raiseFirst).addErrback(trapFirst).addBoth(endOfErrors)
        deferred.callback(i)


def chainedFired():
    for i in range(TIMES):
        deferred = Deferred()
        deferred.addCallback(succeed).addCallback(add)
        deferred.callback(i)


def chainedUnfired():
    for i in range(TIMES):
        deferred = Deferred()
        deferred.addCallback(later).addCallback(add)
        deferred.callback(i)
        unfired.pop().callback(i)


def addAll(outcomes):
    for _, result in outcomes:
        add(result)


def listOfAll():
    members = [Deferred() for _ in range(TIMES)]
    DeferredList(members).addCallback(addAll)
    for i, member in enumerate(members):
        member.callback(i)


def firedAwaits():
    Deferred.fromCoroutine(awaitFired())


work = {
    "chain": chain,
    "fired-yields": firedYields,
    "unfired-yields": unfiredYields,
    "errors": errors,
    "chained-fired": chainedFired,
    "chained-unfired": chainedUnfired,
    "list": listOfAll,
    "fired-awaits": firedAwaits,
}[sys.argv[1]]


def repeat(seconds):
    global total
    end = time.perf_counter() + seconds
    before = time.process_time()
    operations = 0
    while time.perf_counter() < end:
        total = 0
        work()
        assert total == SUM, total
        operations += TIMES
    return operations / (time.process_time() - before)


repeat(SECONDS / 3)
report(opsPerSecond=repeat(SECONDS))
