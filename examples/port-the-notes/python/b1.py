"""B1: delegation to any iterable."""


def chain(*iterables):
    for iterable in iterables:
        yield from iterable


my_list = [1, 2, 3]
my_dict = {"frank": "yangchao", "ailsa": "liuliu"}
for item in chain(my_list, my_dict, range(5, 10)):
    print(item)
