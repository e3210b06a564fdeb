"""Passes connections on to a server: unchanged, behind TLS, or cut off after so many bytes. For tests.

    proxy.py LISTEN TARGET [--certificate FILE] [--cut sent|received --step BYTES]

Both are sockets: a path, or a port on 127.0.0.1 (LISTEN 0: any that is free). Prints the one that it listens on. The
n-th connection is cut after n steps, counted in what the client has sent or received. Ends with its standard input.
"""

import argparse
import itertools
import socket
import ssl
import sys
import threading


def open_socket(text):
    if "/" in text:
        return socket.socket(socket.AF_UNIX), text
    return socket.socket(socket.AF_INET), ("127.0.0.1", int(text))


def close(*ends):
    for end in ends:
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def pump(source, sink, room):
    """Passes on what comes, as long as there is room for it."""
    try:
        while data := source.recv(1 << 16):
            sink.sendall(data if room is None else data[:room])
            if room is not None:
                room -= len(data)
                if room <= 0:
                    break
    except OSError:
        pass
    close(source, sink)


def serve(client, options, tls, room):
    server, target = open_socket(options.target)
    try:
        server.connect(target)
        if tls:
            client = tls.wrap_socket(client, server_side=True)
    except OSError:
        close(client, server)
        client.close()
        server.close()
        return
    sender = threading.Thread(target=pump, args=(client, server, room if options.cut == "sent" else None), daemon=True)
    sender.start()
    pump(server, client, room if options.cut == "received" else None)
    sender.join()
    client.close()
    server.close()


def accept(listener, options, tls):
    for count in itertools.count(1):
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client, options, tls, count * options.step), daemon=True).start()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("listen")
    parser.add_argument("target")
    parser.add_argument("--certificate")
    parser.add_argument("--cut", choices=["sent", "received"])
    parser.add_argument("--step", type=int, default=0)
    options = parser.parse_args()
    tls = None
    if options.certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(options.certificate)
    listener, address = open_socket(options.listen)
    listener.bind(address)
    listener.listen(64)
    name = listener.getsockname()
    print(name if isinstance(name, str) else name[1], flush=True)
    threading.Thread(target=accept, args=(listener, options, tls), daemon=True).start()
    sys.stdin.buffer.read()


main()
