"""A11: closing, at any time and any number of times."""

from inspect import getgeneratorstate


def demo_finally():
    print("-> coroutine started")
    try:
        while True:
            x = yield
            print(f"-> coroutine received: {x!r}")
    finally:
        print("-> coroutine ending")


exc_coro = demo_finally()
next(exc_coro)
exc_coro.send(11)
exc_coro.send(22)
exc_coro.close()
print("closed:", getgeneratorstate(exc_coro))
exc_coro.close()
print("closed twice:", getgeneratorstate(exc_coro))
try:
    exc_coro.send(33)
except StopIteration:
    print("StopIteration")

unstarted = demo_finally()
unstarted.close()
print("closed before its start:", getgeneratorstate(unstarted))


def finishes():
    yield


finished = finishes()
next(finished)
try:
    finished.send(None)
except StopIteration:
    print("StopIteration")
finished.close()
print("closed after its end:", getgeneratorstate(finished))
