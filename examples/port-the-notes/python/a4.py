"""A4: a value sent to a finished coroutine is an error."""


def simple_coroutine():
    print("start")
    x = yield
    print(f"x={x}")
    print("end")


coro = simple_coroutine()
next(coro)
for value in [3, 4, 5]:
    try:
        coro.send(value)
    except StopIteration:
        print("StopIteration")
