"""C16: the coroutines of one thread interleave, and need no locks; many threads have a loop each."""

import asyncio
import threading

counter = 0


async def count(name, log):
    global counter
    for number in range(1, 4):
        log.append(f"{name}{number}")
        # Between two awaits nobody else runs, so this needs no lock.
        seen = counter
        counter = seen + 1
        await asyncio.sleep(0)


async def one_thread():
    log = []
    await asyncio.gather(count("A", log), count("B", log))
    print(" ".join(log))
    print(f"counted: {counter}")


async def add_up(numbers):
    total = 0
    for number in numbers:
        total += number
        await asyncio.sleep(0)
    return total


def many_threads():
    totals = [0] * 4

    def run(at):
        totals[at] = asyncio.run(add_up(range(at, 1000, 4)))

    threads = [threading.Thread(target=run, args=(at,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"loops: {len(totals)}, together: {sum(totals)}")


asyncio.run(one_thread())
many_threads()
