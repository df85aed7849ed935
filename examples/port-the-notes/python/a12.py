"""A12: a return value, once told to stop. A second reading gives None."""

from collections import namedtuple

Result = namedtuple("Result", "count average")


def averager():
    total = 0.0
    count = 0
    average = None
    while True:
        term = yield
        if term is None:
            break
        total += term
        count += 1
        average = total / count
    return Result(count, average)


for terms in [(10, 30, 6.5), (1128, 2006)]:
    coro_avg = averager()
    next(coro_avg)
    for term in terms:
        coro_avg.send(term)
    for _ in range(2):
        try:
            coro_avg.send(None)
        except StopIteration as exc:
            print(exc.value)
