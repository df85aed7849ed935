"""C11: the loop's exception handler."""

import asyncio
import io
import logging


def fail(text):
    raise ValueError(text)


async def main():
    loop = asyncio.get_running_loop()
    print(f"a handler of its own: {loop.get_exception_handler() is not None}")

    # The default one writes to the log; the loop goes on.
    log = io.StringIO()
    logging.getLogger("asyncio").addHandler(logging.StreamHandler(log))
    loop.call_soon(fail, "first")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print("the loop goes on")

    def handler(loop, context):
        print(f"handler: {context['exception']}")

    loop.set_exception_handler(handler)
    print(f"a handler of its own: {loop.get_exception_handler() is not None}")
    loop.call_soon(fail, "second")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    loop.call_exception_handler({"message": "called by hand", "exception": ValueError("third")})
    loop.set_exception_handler(None)
    print(f"a handler of its own: {loop.get_exception_handler() is not None}")


asyncio.run(main())
