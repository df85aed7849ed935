"""C13: two tasks that show the date twice a second until the end time. Here a second is short."""

import asyncio
import datetime

SECOND = 0.08
START = datetime.datetime(2026, 1, 1, 12, 0, 0)


async def display_date(name, first, end):
    loop = asyncio.get_running_loop()
    start = loop.time()
    elapsed = first
    while elapsed < end:
        await asyncio.sleep(start + elapsed * SECOND - loop.time())
        date = START + datetime.timedelta(seconds=elapsed)
        print(f"{name}: {date.time().isoformat('milliseconds')}")
        elapsed += 0.5


async def main():
    await asyncio.gather(display_date("A", 0.0, 2.0), display_date("B", 0.25, 2.0))


asyncio.run(main())
