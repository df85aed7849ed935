"""A1: calling the function runs nothing; running off the end finishes."""


def simple_coroutine():
    print("-> coroutine started")
    x = yield
    print("-> coroutine received:", x)


my_coro = simple_coroutine()
print("called, and nothing has run")
next(my_coro)
try:
    my_coro.send(42)
except StopIteration:
    print("StopIteration")
