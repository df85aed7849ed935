"""B2: values go straight out, what is sent and thrown goes straight in."""


class DemoException(Exception):
    pass


def sub():
    total = 0
    while True:
        try:
            total += yield total
        except DemoException:
            print("sub: handled, starting over")
            total = 0


def delegating():
    print("delegating: before")
    yield from sub()
    print("never reached")


outer = delegating()
print(next(outer))
print(outer.send(3))
print(outer.send(4))
print(outer.throw(DemoException))
print(outer.send(5))
