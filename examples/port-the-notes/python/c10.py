"""C10: calling functions soon, from another thread, later, and at a time."""

import asyncio
import threading


def main():
    loop = asyncio.new_event_loop()

    def first():
        print("soon 1")
        loop.call_soon(print, "in the next turn")

    loop.call_soon(first)
    handle = loop.call_soon(print, "never reached")
    loop.call_soon(print, "soon 2")
    handle.cancel()
    print(f"cancelled: {handle.cancelled()}")
    loop.run_until_complete(asyncio.sleep(0.01))

    start = loop.time()
    never = loop.call_later(60, print, "never reached")
    loop.call_later(0.02, print, "after 20 ms")
    loop.call_at(start, print, "at a time that has passed")
    loop.call_later(0.04, loop.stop)
    loop.run_forever()
    never.cancel()
    print(f"the clock has gone on by 40 ms: {loop.time() - start >= 0.04}")

    def other_thread():
        loop.call_soon_threadsafe(print, "from another thread")
        loop.call_soon_threadsafe(loop.stop)

    thread = threading.Thread(target=other_thread)
    loop.call_soon(thread.start)
    loop.run_forever()
    thread.join()
    loop.close()


main()
