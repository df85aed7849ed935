"""C7: waiting for a set of tasks."""

import asyncio

FOR_EVER = None


async def work(name, turns):
    if turns is FOR_EVER:
        await asyncio.Event().wait()
    for _ in range(turns):
        await asyncio.sleep(0)
    if name == "bad":
        raise ValueError("bad")


def tasks(slow, bad, fast):
    # It has to be tasks: bare coroutines, as in the notes, are refused since 3.11.
    turns = {"slow": slow, "bad": bad, "fast": fast}
    return [asyncio.create_task(work(name, turns[name]), name=name) for name in turns]


async def show(title, tasks, **options):
    done, pending = await asyncio.wait(tasks, **options)
    names = [" ".join(sorted(task.get_name() for task in tasks)) or "-" for tasks in (done, pending)]
    print(f"{title}: done: {names[0]}; pending: {names[1]}; cancelled: {sum(task.cancelled() for task in pending)}")
    for task in done:
        task.exception()
    for task in pending:
        task.cancel()


async def main():
    await show("all", tasks(20, 10, 1))
    await show("the first", tasks(20, 10, 1), return_when=asyncio.FIRST_COMPLETED)
    await show("the first error", tasks(20, 10, 1), return_when=asyncio.FIRST_EXCEPTION)
    # A timeout raises nothing and cancels nothing, as the note has it: it says what is done.
    await show("a timeout", tasks(FOR_EVER, FOR_EVER, 1), timeout=0.02)
    try:
        await asyncio.wait([])
    except ValueError:
        print("there must be something to wait for")


asyncio.run(main())
