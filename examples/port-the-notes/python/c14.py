"""C14: the two kinds mix: a native coroutine awaits a generator-based one, and a generator-based one delegates to a native one."""

import asyncio
import types


@types.coroutine
def countdown(number):
    while number > 0:
        print(f"generator-based: {number}")
        yield  # lets the others run
        number -= 1
    return "lift-off"


async def native():
    print("native: waits")
    result = await countdown(2)
    print(f"native: {result}")
    return len(result)


@types.coroutine
def delegating():
    print("generator-based: delegates")
    length = yield from native()
    print(f"generator-based: {length}")
    return length * 2


async def other():
    for number in range(3):
        print(f"other task: {number}")
        await asyncio.sleep(0)


async def main():
    task = asyncio.create_task(other())
    print(f"result: {await delegating()}")
    await task


asyncio.run(main())
