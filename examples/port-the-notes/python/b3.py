"""B3: the delegation starts the sub-coroutine."""


def sub():
    print("sub: started")
    received = yield "first"
    print("sub: received", received)


def delegating():
    print("delegating: started")
    yield from sub()
    print("delegating: done")


outer = delegating()
print(next(outer))
try:
    outer.send("hello")
except StopIteration:
    print("StopIteration")
