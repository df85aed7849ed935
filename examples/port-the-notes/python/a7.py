"""A7: a moving average keeps its state between sends."""


def averager():
    total = 0
    count = 0
    average = None
    while True:
        term = yield average
        total += term
        count += 1
        average = total / count


for terms in [(2023, 1128, 1410), (40, 50)]:
    coro_avg = averager()
    next(coro_avg)
    for term in terms:
        print(coro_avg.send(term))
