"""C4: what a task can be asked."""

import asyncio


def show(task):
    """What Python prints, but for the coroutine."""
    if not task.done():
        return f"<Task pending name='{task.get_name()}'>"
    if task.cancelled():
        return f"<Task cancelled name='{task.get_name()}'>"
    if task.exception():
        return f"<Task finished name='{task.get_name()}' exception=\"{task.exception()}\">"
    return f"<Task finished name='{task.get_name()}' result={task.result()}>"


def yes(flag):
    return "yes" if flag else "no"


async def answer():
    return 42


async def fail():
    raise ValueError("no such host")


async def wait_for_ever():
    await asyncio.Event().wait()


async def main():
    # The note adds the task to the loop after it was made: that is not needed, it is scheduled at once.
    task = asyncio.create_task(answer(), name="A")
    print(show(task))
    print(f"its coroutine: {task.get_coro().__name__}")
    print(f"done: {yes(task.done())}")
    try:
        task.result()
    except asyncio.InvalidStateError:
        print("no result yet")
    await task
    print(show(task))
    print(f"done: {yes(task.done())}, result: {task.result()}, an exception: {yes(task.exception())}")

    task = asyncio.create_task(fail(), name="B")
    await asyncio.wait([task])
    print(show(task))
    print(f"exception: {task.exception()}")

    # `cancelled` does not cancel, as the note has it: it asks.
    task = asyncio.create_task(wait_for_ever(), name="C")
    await asyncio.sleep(0)
    print(f"cancelled: {yes(task.cancelled())}, cancel: {yes(task.cancel())}")
    try:
        await task
    except asyncio.CancelledError:
        print("whoever awaits it sees that")
    print(show(task))
    print(f"cancelled: {yes(task.cancelled())}, cancel again: {yes(task.cancel())}")


asyncio.run(main())
