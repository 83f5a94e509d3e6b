"""One side of the Arrow benchmark: ``serve`` sends a stream from memory, the others receive it once.

Each receiver prints its CPU seconds, and the peak of its memory over what it held before and over the data.
"""

from __future__ import annotations

import json
import re
import resource
import socket
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataexplore.arrow.stream import read_table
from dataexplore.clients.coginiti import CoginitiClient
from dataexplore.secret import Secret
from dataexplore.settings import Limits, ServiceSettings
from dataexplore.transport import Session

ROWS = 1_600_000  # 200 MB
BATCH_ROWS = 65_536
CHUNK = 2**20
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.apache.arrow.stream\r\n"
REQUEST = b"GET /%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def mixed_table():
    """Twelve columns of the usual kinds, about 125 bytes a row."""
    i = np.arange(ROWS)
    keys = pa.array(i * 7919 % 1_000_003)
    notes = pc.binary_join_element_wise(
        "note", keys.cast(pa.string()), pa.array(i).cast(pa.string()), "-" * 12
    )
    return pa.table(
        {
            "id": i,
            "customer_id": keys,
            "quantity": pa.array((i * 31 % 500).astype(np.int32)),
            "amount": pa.array(i * 104_729 % 10_000_000).cast(pa.decimal128(38, 2)),
            "price": i * 0.37,
            "created_at": pa.array(i * 37_000_000).cast(pa.timestamp("us")),
            "order_date": pa.array((i % 20_000).astype(np.int32)).cast(pa.date32()),
            "is_paid": i % 3 == 0,
            "region": pa.array(["EMEA", "APAC", "AMER", "LATAM"]).take(pa.array(i % 4)),
            "customer": pc.binary_join_element_wise("customer", keys.cast(pa.string()), "_"),
            "note": pc.if_else(pa.array(i % 5 == 0), None, notes),
            "score": pa.array(i % 97, mask=i % 11 == 0),
        }
    )


def serve():
    sink = pa.BufferOutputStream()
    table = mixed_table()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, BATCH_ROWS)
    body = memoryview(sink.getvalue()).cast("B")
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        with connection:
            send(connection, body, chunked=b"/chunks" in receive_request(connection))


def receive_request(connection):
    """Read a request with its body: closing on unread bytes would reset the connection."""
    request = connection.recv(65_536)
    head, _, body = request.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head.lower())
    left = int(length[1]) - len(body) if length else 0
    while left > 0:
        left -= len(connection.recv(left))
    return head


def send(connection, body, *, chunked):
    if not chunked:
        connection.sendall(b"%bContent-Length: %d\r\n\r\n" % (HEAD, len(body)))
        connection.sendall(body)
        return
    connection.sendall(b"%bTransfer-Encoding: chunked\r\n\r\n" % HEAD)
    for start in range(0, len(body), CHUNK):
        part = body[start : start + CHUNK]
        connection.sendall(b"%x\r\n" % len(part))
        connection.sendall(part)
        connection.sendall(b"\r\n")
    connection.sendall(b"0\r\n\r\n")


def connect(port, path):
    """Send the request and read the head, byte by byte; give the socket and the body's length."""
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(REQUEST % path.encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += connection.recv(1)
    return connection, int(head.lower().split(b"content-length: ")[1].split(b"\r")[0])


def limit(port, path):
    """Receive into one buffer and open it: nothing in Python can do less."""
    connection, length = connect(port, path)
    with connection:
        content = np.empty(length, np.uint8)
        left = memoryview(content)
        while left:
            left = left[connection.recv_into(left, 0, socket.MSG_WAITALL) :]
        return pa.ipc.open_stream(pa.py_buffer(content)).read_all(), length


def limit_validated(port, path):
    """The same, and no value unchecked, as every reading of ours is."""
    table, length = limit(port, path)
    for batch in table.to_batches():
        batch.validate(full=True)
    return table, length


def sock(port, path):
    """Our reader on the socket itself, as a later, faster source could be."""

    class Socket:
        def readinto(self, buffer):
            return connection.recv_into(buffer)

    connection, _ = connect(port, path)
    with connection:
        return ours(Socket())


def client(port, path):
    """What a user runs: the Coginiti client over our transport, from the request to the table."""
    settings = ServiceSettings("coginiti", "bench", url=f"http://127.0.0.1:{port}/{path}")
    session = Session(settings, Secret("bench"))
    answer = CoginitiClient(session, Limits()).exec_sql("select 1", connection="bench")
    session.close()
    return answer.table, answer.bytes


def ours(source):
    read = read_table(source, Limits())
    return read.table, read.bytes_received


def memory(field):
    status = Path("/proc/self/status").read_text()
    return int(status.split(field + ":")[1].split()[0]) * 1024


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure(receive, port, path):
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    held, started = memory("VmRSS"), cpu()
    table, received = receive(port, path)
    spent, peak = cpu() - started, memory("VmHWM") - held
    return {"cpu_s": spent, "peak_over_data": peak - received, "rows": table.num_rows, "bytes": received}


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve()
    ways = {"limit": limit, "limit, validated": limit_validated, "socket": sock, "client": client}
    json.dump(measure(ways[sys.argv[1]], int(sys.argv[2]), sys.argv[3]), sys.stdout)
