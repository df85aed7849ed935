"""A10: an error that the body doesn't handle: `finally` runs on its way to the caller."""

from inspect import getgeneratorstate


class DemoException(Exception):
    pass


def demo_finally():
    print("-> coroutine started")
    try:
        while True:
            try:
                x = yield
            except DemoException:
                print("*** DemoException handled. Continuing...")
            else:
                print(f"-> coroutine received: {x!r}")
    finally:
        print("-> coroutine ending")


exc_coro = demo_finally()
next(exc_coro)
exc_coro.send(11)
exc_coro.throw(DemoException)
try:
    exc_coro.throw(ZeroDivisionError)
except ZeroDivisionError:
    print("ZeroDivisionError")
print(getgeneratorstate(exc_coro))

unstarted = demo_finally()
try:
    unstarted.throw(ZeroDivisionError)
except ZeroDivisionError:
    print("ZeroDivisionError, and the body never ran")
print(getgeneratorstate(unstarted))
