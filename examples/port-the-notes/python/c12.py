"""C12: the headers of three hosts' pages, fetched concurrently; the lines interleave."""

import asyncio

HEADERS = ("HTTP/1.1 200 OK", "Content-Type: text/html", "Connection: close")


async def serve(reader, writer, asked):
    lines = []
    while (line := await reader.readline()) not in (b"\r\n", b""):
        lines.append(line.decode().strip())
    host = next(line.removeprefix("Host: ") for line in lines if line.startswith("Host: "))
    asked[host].set_result(writer)


async def answer(hosts, asked):
    """Sends a line to each host's client in turn, once all have asked, and waits until it has been printed."""
    writers = [await asked[host] for host in hosts]
    for line in (*HEADERS, ""):
        for host, writer in zip(hosts, writers):
            writer.write(f"{line}\r\n".encode())
            await writer.drain()
            await printed.get()
    for writer in writers:
        writer.write(b"<html>")
        writer.close()


async def wget(host, port):
    print(f"wget {host}...")
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET / HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
    await writer.drain()
    while True:
        line = await reader.readline()
        if line == b"\r\n":
            break
        print(f"{host} header > {line.decode().rstrip()}")
        printed.put_nowait(None)
    printed.put_nowait(None)
    # The body is not read.
    writer.close()


async def main():
    global printed
    printed = asyncio.Queue()
    loop = asyncio.get_running_loop()
    hosts = ["www.sina.com.cn", "www.sohu.com", "www.163.com"]
    asked = {host: loop.create_future() for host in hosts}
    server = await asyncio.start_server(lambda reader, writer: serve(reader, writer, asked), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    answering = asyncio.create_task(answer(hosts, asked))
    await asyncio.gather(*(wget(host, port) for host in hosts))
    await answering
    server.close()


asyncio.run(main())
