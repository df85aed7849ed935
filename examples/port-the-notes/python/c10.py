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
    loop.call_later(0.15, print, "after 150 ms")
    loop.call_later(0.05, print, "after 50 ms")
    loop.call_at(start + 0.1, print, "at 100 ms")
    never = loop.call_later(0.01, print, "never reached")
    never.cancel()
    loop.call_later(0.2, loop.stop)
    loop.run_forever()
    print(f"the clock has gone on by 200 ms: {loop.time() - start >= 0.2}")

    def other_thread():
        loop.call_soon_threadsafe(print, "from another thread")
        loop.call_soon_threadsafe(loop.stop)

    thread = threading.Thread(target=other_thread)
    loop.call_soon(thread.start)
    loop.run_forever()
    thread.join()
    loop.close()


main()
