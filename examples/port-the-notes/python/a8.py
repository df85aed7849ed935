"""A8: an error that the body doesn't handle ends the coroutine and reaches the caller."""

from inspect import getgeneratorstate


def averager():
    total = 0.0
    count = 0
    average = None
    while True:
        term = yield average
        total += term
        count += 1
        average = total / count


coro_avg = averager()
next(coro_avg)
for term in [40, 50, "spam", 60]:
    try:
        print(coro_avg.send(term))
    except TypeError as error:
        print("TypeError:", error)
    except StopIteration:
        print("StopIteration")
print(getgeneratorstate(coro_avg))
