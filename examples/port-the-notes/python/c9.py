"""C9: waiting with a limit, and being shielded from it."""

import asyncio


async def wait_for_ever(name):
    try:
        print(f"{name} waits")
        await asyncio.Event().wait()
    finally:
        print(f"{name} cleans up")


async def answer(name, event):
    await event.wait()
    print(f"{name} ends")
    return 42


async def main():
    print(f"in time: {await asyncio.wait_for(asyncio.sleep(0, 42), 60)}")
    try:
        await asyncio.wait_for(wait_for_ever("limited"), 0.02)
    except asyncio.TimeoutError:
        print("timeout, after the clean-up")

    event = asyncio.Event()
    shielded = asyncio.create_task(answer("shielded", event))
    try:
        await asyncio.wait_for(asyncio.shield(shielded), 0.02)
    except asyncio.TimeoutError:
        print(f"timeout, and it goes on: {not shielded.done()}")
    event.set()
    print(f"its result: {await shielded}")


asyncio.run(main())
