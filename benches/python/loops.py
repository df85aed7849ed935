"""Measures three of the loop workloads in asyncio, and in uvloop if it is installed.

The figures are nanoseconds per operation, medians of rounds.
"""

import asyncio
import statistics
import time

TASKS = 100_000
SWITCHES = 1_000_000
CONNECTIONS = 64
ROUND_TRIPS = 200
MESSAGE = b"\1" * 64
ROUNDS = 5


async def spawn_and_join():
    async def work(number):
        return number

    tasks = [asyncio.create_task(work(number)) for number in range(TASKS)]
    for task in tasks:
        await task


async def switches():
    async def switch():
        for _ in range(SWITCHES // 2):
            await asyncio.sleep(0)

    tasks = [asyncio.create_task(switch()) for _ in range(2)]
    for task in tasks:
        await task


async def echo():
    async def serve(reader, writer):
        try:
            while True:
                writer.write(await reader.readexactly(len(MESSAGE)))
                await writer.drain()
        except asyncio.IncompleteReadError:
            writer.close()

    async def client():
        reader, writer = await asyncio.open_connection(*address)
        for _ in range(ROUND_TRIPS):
            writer.write(MESSAGE)
            await writer.drain()
            await reader.readexactly(len(MESSAGE))
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    address = server.sockets[0].getsockname()
    await asyncio.gather(*(client() for _ in range(CONNECTIONS)))
    server.close()


def measure(name, runner):
    for work, operations in ((spawn_and_join, TASKS), (switches, SWITCHES), (echo, CONNECTIONS * ROUND_TRIPS)):
        times = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            runner(work())
            times.append(time.perf_counter() - start)
        print(f"| {name} | {work.__name__.replace('_', ' ')} | {statistics.median(times) / operations * 1e9:.0f} |")


print("| loop | workload | ns an operation |")
print("|---|---|--:|")
measure("asyncio", asyncio.run)
try:
    import uvloop
except ImportError:
    print("\nuvloop is not installed.")
else:
    measure("uvloop", uvloop.run)
