"""A14: echo, printer and reply."""


def echo_generator():
    while True:
        received = yield
        print(f"Received: {received}")


gen = echo_generator()
next(gen)
gen.send("Hello")
gen.send("World")


def printer():
    counter = 0
    while True:
        string = str((yield))
        print(f"[{counter}] {string}")
        counter += 1


p = printer()
next(p)
p.send("Hi")
p.send("My name is hsfzxjy.")
p.send("Bye!")


def coroutine():
    reply = yield "hello"
    yield reply


c = coroutine()
print(next(c))
print(c.send("world"))
