"""B4: the value of the delegation is the sub-coroutine's return value."""


def sub():
    first = yield "first?"
    second = yield "second?"
    return first + second


def delegating():
    total = yield from sub()
    yield f"total {total}"


outer = delegating()
print(next(outer))
print(outer.send(20))
print(outer.send(22))
