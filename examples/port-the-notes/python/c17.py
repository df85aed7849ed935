"""C17: a switch between coroutines is far cheaper than one between threads, however many there are."""

import queue
import threading
import time


def player():
    ball = 0
    while True:
        ball = yield ball + 1


def coroutines(number, rounds):
    players = [player() for _ in range(number)]
    for one in players:
        next(one)
    ball = 0
    for _ in range(rounds):
        for one in players:
            ball = one.send(ball)
    return ball


def threads(number, rounds):
    channels = [queue.SimpleQueue() for _ in range(number + 1)]

    def play(at):
        for _ in range(rounds):
            channels[at + 1].put(channels[at].get() + 1)

    players = [threading.Thread(target=play, args=(at,)) for at in range(number)]
    for one in players:
        one.start()
    ball = 0
    for _ in range(rounds):
        channels[0].put(ball)
        ball = channels[number].get()
    for one in players:
        one.join()
    return ball


def fastest(play, number):
    """Of five, since whatever else the machine does takes time, too."""
    elapsed = []
    for _ in range(5):
        start = time.perf_counter()
        balls = play(number, 2000 // number)
        elapsed.append(time.perf_counter() - start)
    return balls, min(elapsed)


for number in (2, 100):
    (balls, between_coroutines), (same, between_threads) = fastest(coroutines, number), fastest(threads, number)
    cheaper = between_coroutines * 3 < between_threads
    print(f"{number} of them: {balls} and {same} switches, cheaper between coroutines: {'yes' if cheaper else 'no'}")
