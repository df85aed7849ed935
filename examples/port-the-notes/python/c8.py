"""C8: gathering results, with and without errors among them."""

import asyncio


async def work(name, turns):
    for _ in range(turns):
        await asyncio.sleep(0)
    if name == "bad":
        raise ValueError("bad")
    print(f"{name} ends")
    return name


def tasks():
    return [asyncio.create_task(work(name, turns)) for name, turns in (("slow", 20), ("bad", 1), ("fast", 10))]


async def main():
    names = await asyncio.gather(work("slow", 2), work("fast", 1))
    print(f"in order: {' '.join(names)}")

    results = await asyncio.gather(*tasks(), return_exceptions=True)
    print(f"errors among them: {' '.join('error' if isinstance(result, ValueError) else result for result in results)}")

    # Without that the first error goes to whoever awaits, and the others go on: the note says that failures are isolated.
    others = tasks()
    try:
        await asyncio.gather(*others)
    except ValueError as error:
        print(f"fails at once: {error}")
    await asyncio.wait(others)

    print(f"of nothing: {len(await asyncio.gather())} results")


asyncio.run(main())
