"""B5: grouper and report, with the data of both notes."""

from collections import namedtuple

Result = namedtuple("Result", "count average")


def averager():
    total = 0.0
    count = 0
    average = None
    while True:
        term = yield
        if term is None:
            break
        total += term
        count += 1
        average = total / count
    return Result(count, average)


def grouper(results, key):
    while True:
        results[key] = yield from averager()


def collect(data):
    results = {}
    for key, values in data.items():
        group = grouper(results, key)
        next(group)
        for value in values:
            group.send(value)
        group.send(None)
    return results


FLUENT = {
    "girls;kg": [40.9, 38.5, 44.3, 42.2, 45.2, 41.7, 44.5, 38.0, 40.6, 44.5],
    "girls;m": [1.6, 1.51, 1.4, 1.3, 1.41, 1.39, 1.33, 1.46, 1.45, 1.43],
    "boys;kg": [39.0, 40.8, 43.2, 40.8, 43.1, 38.6, 41.4, 40.6, 36.3],
    "boys;m": [1.38, 1.5, 1.32, 1.25, 1.37, 1.48, 1.25, 1.49, 1.46],
}
OWN = {
    "girls;m": [1.6, 1.51, 1.25, 1.3, 1.41, 1.37, 1.43, 1.46, 1.25, 1.43],
    "boys;m": [1.88, 1.5, 1.32, 1.25, 1.37, 1.58, 1.35, 1.49, 1.36],
    "girls;kg": [40.9, 48.5, 42.3, 42.2, 45.2, 41.7, 46.5, 38.0, 47.6, 34.8],
    "boys;kg": [59.0, 50.8, 43.2, 39.8, 43.1, 48.6, 41.6, 40.6, 56.3],
}

for key, result in sorted(collect(FLUENT).items()):
    group, unit = key.split(";")
    print("{:2} {:5} averaging {:.2f}{}".format(result.count, group, result.average, unit))
for key, result in sorted(collect(OWN).items()):
    group, unit = key.split(";")
    print(f"{result.count} {group} averaging {result.average:.2f} {unit}")
