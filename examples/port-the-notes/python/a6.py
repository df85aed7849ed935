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


def doubler():
    term = yield
    while True:
        term = yield 2 * term


by_hand = doubler()
next(by_hand)
print(getgeneratorstate(by_hand), by_hand.send(21))

primed_doubler = coroutine(doubler)
primed = primed_doubler()
print(getgeneratorstate(primed), primed.send(21))
