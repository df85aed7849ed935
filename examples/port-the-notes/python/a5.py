"""A5: the four states, one of which only the body can see."""

from inspect import getgeneratorstate


def looks_at_itself():
    print("inside:", getgeneratorstate(coro))
    try:
        coro.send(None)
    except ValueError as error:
        print("ValueError:", error)
    yield


coro = looks_at_itself()
print("made:", getgeneratorstate(coro))
next(coro)
print("paused:", getgeneratorstate(coro))
try:
    coro.send(None)
except StopIteration:
    print("ended:", getgeneratorstate(coro))
