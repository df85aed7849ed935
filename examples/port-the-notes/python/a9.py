"""A9: an error that the body handles: it goes on to the next yield."""

from inspect import getgeneratorstate


class DemoException(Exception):
    pass


def demo_exc_handling():
    print("-> coroutine started")
    handled = 0
    while True:
        try:
            x = yield handled
        except DemoException:
            handled += 1
            print("*** DemoException handled. Continuing...")
        else:
            print(f"-> coroutine received: {x!r}")


exc_coro = demo_exc_handling()
next(exc_coro)
exc_coro.send(11)
print("throw gave", exc_coro.throw(DemoException))
print(getgeneratorstate(exc_coro))
exc_coro.send(22)
