"""C6: a future whose result is set from elsewhere."""

import asyncio


def show(future):
    if not future.done():
        return "<Future pending>"
    if future.cancelled():
        return "<Future cancelled>"
    return f"<Future finished result={future.result()}>"


async def setter(future):
    print("setter: sets it")
    future.set_result(42)


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    print(show(future))
    future.add_done_callback(lambda future: print(f"callback: {show(future)}"))
    task = asyncio.create_task(setter(future))
    print(f"awaited: {await future}")
    await task
    try:
        future.set_result(43)
    except asyncio.InvalidStateError:
        print("it can't be set again")
    print(f"result: {future.result()}")

    future = loop.create_future()
    future.set_exception(ValueError("no such host"))
    try:
        await future
    except ValueError as error:
        print(f"error: {error}")

    future = loop.create_future()
    print(f"cancel: {future.cancel('not needed')}, again: {future.cancel('twice')}")
    print(show(future))
    try:
        await future
    except asyncio.CancelledError as error:
        print(f"cancelled: {error}")


asyncio.run(main())
