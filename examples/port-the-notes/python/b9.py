"""B9: chains of any length, driven from the outermost, also by a `for` loop."""


def chain(length):
    if length == 0:
        received = yield "innermost"
        return f"got {received}"
    return (yield from chain(length - 1))


for length in [1, 10, 400]:
    outermost = chain(length)
    print(length, next(outermost))
    try:
        outermost.send("a value")
    except StopIteration as stop:
        print(length, stop.value)


def count(length):
    if length == 0:
        yield from range(3)
    else:
        yield from count(length - 1)


for number in count(400):
    print(number)
