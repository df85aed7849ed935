"""C13: two tasks that show the date twice a second until the end time. Here a second is short."""

import asyncio
import datetime

SECOND = 0.08
START = datetime.datetime(2026, 1, 1, 12, 0, 0)


async def sleep_until(time):
    loop = asyncio.get_running_loop()
    reached = loop.create_future()
    loop.call_at(time, reached.set_result, None)
    await reached


async def display_date(name, start, first, end):
    elapsed = first
    while elapsed < end:
        await sleep_until(start + elapsed * SECOND)
        date = START + datetime.timedelta(seconds=elapsed)
        print(f"{name}: {date.time().isoformat('milliseconds')}")
        elapsed += 0.5


async def main():
    start = asyncio.get_running_loop().time()
    await asyncio.gather(display_date("A", start, 0.0, 2.0), display_date("B", start, 0.25, 2.0))


asyncio.run(main())
