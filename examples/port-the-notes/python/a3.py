"""A3: a value sent to a coroutine that was not started is an error, and nothing runs."""

from inspect import getgeneratorstate


def simple_coroutine():
    print("start")
    x = yield
    print(f"x={x}")


coro = simple_coroutine()
value = 3
try:
    coro.send(value)
except TypeError as error:
    print("TypeError:", error)
print(getgeneratorstate(coro))
next(coro)
try:
    coro.send(value)
except StopIteration:
    print("StopIteration")
