"""C15: one style of coroutine turns into the other by changing two words."""

import asyncio
import types


async def answer():
    await asyncio.sleep(0)
    return 21


@types.coroutine
def old_style():
    number = yield from answer()
    return 2 * number


async def new_style():
    number = await answer()
    return 2 * number


print(f"old style: {asyncio.run(asyncio.wait_for(old_style(), None))}")
print(f"new style: {asyncio.run(new_style())}")
