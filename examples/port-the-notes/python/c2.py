"""C2: a coroutine does nothing until it is awaited or scheduled; one that never is, is reported."""

import asyncio
import gc
import warnings


async def work(who):
    print(f"{who}: work")


def never_awaited():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        coroutine = work("nobody")
        print("made: nothing runs")
        del coroutine
        gc.collect()
    for warning in caught:
        print(f"reported: {str(warning.message)}")


async def main():
    await work("awaited")
    task = asyncio.create_task(work("scheduled"))
    print("scheduled: nothing runs yet")
    await task


never_awaited()
asyncio.run(main())
