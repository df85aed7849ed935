"""A6: priming by hand, and by a decorator."""

from functools import wraps
from inspect import getgeneratorstate


def coroutine(func):
    @wraps(func)
    def primer(*args, **kwargs):
        gen = func(*args, **kwargs)
        next(gen)
        return gen

    return primer


def averager():
    total = 0
    count = 0
    average = None
    while True:
        term = yield average
        total += term
        count += 1
        average = total / count


by_hand = averager()
print("by hand:", by_hand.send(None))
print(getgeneratorstate(by_hand))
for term in [2023, 1128, 1410]:
    print(by_hand.send(term))

primed = coroutine(averager)()
print("by a decorator")
print(getgeneratorstate(primed))
for term in [2023, 1128, 1410]:
    print(primed.send(term))
