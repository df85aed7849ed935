"""B11: a custom iterator class as the delegate.

The note's form delegates to the same object in `while True`: once it is exhausted, that loop spins for ever. This is the form that ends.
"""


class A:
    def __init__(self):
        self.num = 1

    def __iter__(self):
        return self

    def __next__(self):
        if self.num < 10:
            self.num += 1
            return self.num
        raise StopIteration


def main():
    yield from A()


for i in main():
    print(i)
