"""C5: what is called when a task is done."""

import asyncio


async def answer():
    return 42


def first(task):
    print(f"first: {task.get_name()}: {task.result()}")


def second(task):
    print("never reached")


def third(task):
    print(f"third: done: {task.done()}")


async def main():
    task = asyncio.create_task(answer(), name="A")
    task.add_done_callback(first)
    task.add_done_callback(second)
    task.add_done_callback(third)
    print(f"removed: {task.remove_done_callback(second)}")
    print(f"awaited: {await task}")
    # One that comes late is called soon, not at once.
    task.add_done_callback(lambda task: print("late"))
    print("added")
    await asyncio.sleep(0)


asyncio.run(main())
