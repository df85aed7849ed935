"""B6: without the final "stop" the delegation never ends, and no result is written."""


def averager():
    total = 0.0
    count = 0
    while True:
        term = yield
        if term is None:
            break
        total += term
        count += 1
    return total / count


def grouper(results, key):
    while True:
        results[key] = yield from averager()


results = {}
for key, values in {"girls;kg": [40.9, 38.5], "boys;kg": [39.0, 40.8]}.items():
    group = grouper(results, key)
    next(group)
    for value in values:
        group.send(value)
    # No group.send(None): this group is garbage when the next one takes its name.
print(results)
