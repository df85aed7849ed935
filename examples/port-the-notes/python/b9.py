"""B9: chains of any length, driven from the outermost, also by a `for` loop."""

import sys

sys.setrecursionlimit(3000)  # Python's default of 1000 counts the members of a chain, too.


def chain(length):
    if length == 0:
        received = yield "innermost"
        return f"got {received}"
    return (yield from chain(length - 1))


for length in [1, 10, 1000]:
    outermost = chain(length)
    print(length, next(outermost))
    try:
        outermost.send("a value")
    except StopIteration as stop:
        print(length, stop.value)


def count(length):
    if length == 0:
        yield from range(3)
    else:
        yield from count(length - 1)


for number in count(1000):
    print(number)
