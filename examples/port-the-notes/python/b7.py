"""B7: an error that the sub-coroutine doesn't handle comes out at the delegation."""


class DemoException(Exception):
    pass


def sub():
    while True:
        x = yield
        print("sub: received", x)


def delegating():
    try:
        yield from sub()
    except DemoException as error:
        print("delegating: handled", error)
    yield "after the sub-coroutine"


outer = delegating()
next(outer)
outer.send(1)
print(outer.throw(DemoException("out of the sub-coroutine")))
try:
    outer.throw(DemoException("unhandled"))
except DemoException as error:
    print("caller:", error)
