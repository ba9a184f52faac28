"""The smoke benchmark's peer: additions."""

from measure import measure


def batch():
    total = 0
    for i in range(10000):
        total += i
    assert total == 49995000
    return 10000


measure(batch)
