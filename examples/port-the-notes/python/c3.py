"""C3: running a coroutine to its end, running until stopped, closing."""

import asyncio


async def answer():
    await asyncio.sleep(0)
    return 42


print(f"run: {asyncio.run(answer())}")

loop = asyncio.new_event_loop()
print(f"run_until_complete: {loop.run_until_complete(answer())}")


async def stop_soon():
    print("running:", loop.is_running())
    loop.stop()
    # The current batch finishes: this is called, though the loop has been stopped.


loop.create_task(stop_soon())
loop.call_soon(lambda: print("in the same batch"))
loop.run_forever()
print("stopped: running:", loop.is_running())

pending = loop.create_future()
loop.call_soon(loop.stop)
try:
    loop.run_until_complete(pending)
except RuntimeError:
    print("stopped before the future was ready")

loop.close()
print("closed:", loop.is_closed())
coroutine = answer()
try:
    loop.run_until_complete(coroutine)
except RuntimeError:
    print("a closed loop runs nothing")
coroutine.close()
