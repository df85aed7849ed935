"""Measures the cost of an item of a recursion in CPython, by depth.

The recursion walks a tree that is a single branch, from the bottom up. The figures are nanoseconds,
medians of rounds.
"""

import statistics
import sys
import threading
import time

DEPTHS = [1, 10, 100, 1_000, 10_000]
ROUNDS = 5


def branch(depth):
    if depth > 1:
        yield from branch(depth - 1)
    yield depth


def measure():
    print("| depth | ns an item |")
    print("|--:|--:|")
    for depth in DEPTHS:
        walks = max(1, 20_000 // depth)
        times = []
        for _ in range(ROUNDS):
            start = time.perf_counter_ns()
            for _ in range(walks):
                for _ in branch(depth):
                    pass
            times.append(time.perf_counter_ns() - start)
        print(f"| {depth} | {statistics.median(times) / (walks * depth):.0f} |", flush=True)


# A deep recursion needs a large stack.
sys.setrecursionlimit(1_000_000)
threading.stack_size(1 << 29)
thread = threading.Thread(target=measure)
thread.start()
thread.join()
