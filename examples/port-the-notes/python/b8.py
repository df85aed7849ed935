"""B8: `close` closes the sub-coroutine first."""

from inspect import getgeneratorstate


def sub():
    try:
        yield
    finally:
        print("sub: closed")


def delegating():
    try:
        yield from sub()
    finally:
        print("delegating: closed")


outer = delegating()
next(outer)
outer.close()
print(getgeneratorstate(outer))
