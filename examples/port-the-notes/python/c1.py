"""C1: three tasks that take 1, 2 and 3 units, one after another and concurrently."""

import asyncio
import time

UNIT = 0.04


async def work(units):
    await asyncio.sleep(units * UNIT)
    return units


async def one_after_another():
    return [await work(units) for units in (1, 2, 3)]


async def concurrently():
    return await asyncio.gather(*(work(units) for units in (1, 2, 3)))


def show(main):
    # Whatever else the machine does takes time, too: the fastest counts, once it has come three times.
    elapsed = []
    while not elapsed or elapsed.count(min(elapsed)) < 3:
        start = time.monotonic()
        results = asyncio.run(main())
        elapsed.append(int((time.monotonic() - start) / UNIT))
    print(f"{main.__name__.replace('_', ' ')}: {results} in {min(elapsed)} units")


show(one_after_another)
show(concurrently)
