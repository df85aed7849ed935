"""B10: a proxy that restarts its sub-coroutine."""


def sub(num):
    res = 0
    while True:
        if num is None:
            break
        for i in range(1, num + 1):
            res += i
        num = yield res
        res = 0


def proxy_gen():
    num = 0
    while True:
        yield from sub(num)
        print("proxy done")


p = proxy_gen()
p.send(None)
for i in range(5, 10):
    print(p.send(i))
p.send(None)
