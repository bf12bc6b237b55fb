"""The server under test, clients that write down what they hear, and a door that stays open while servers change."""

import os
import queue
import re
import socket
import subprocess
import threading

import socketio

# How long anything may take before a test fails, in seconds. It is never waited for when all is well.
PATIENCE = 10


class Server:
    """The test server (`server/examples/test_server.rs`) on a free port."""

    def __init__(self):
        binary = os.environ.get("PARLOR_TEST_SERVER_BIN")
        if not binary:
            raise RuntimeError("PARLOR_TEST_SERVER_BIN is not set: run this by `cargo xtask test python`")
        self.process = subprocess.Popen([binary], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        found = re.fullmatch(r"listening on (http://127\.0\.0\.1:(\d+))\n", line)
        if not found:
            raise RuntimeError(f"expected `listening on http://…`, got {line!r}")
        self.url, self.port = found[1], int(found[2])

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Client:
    """A python-socketio client and all that it heard, in order."""

    def __init__(self, test, url, transports, namespaces=("/",), auth=None, **options):
        self.sio = socketio.Client(handle_sigint=False, **{"reconnection": False, **options})
        self.heard = queue.Queue()
        self.refusals = queue.Queue()
        self.connects = queue.Queue()
        self.reasons = queue.Queue()
        for namespace in namespaces:
            self._listen(namespace)
        test.addCleanup(self.sio.disconnect)
        self.url, self.transports, self.namespaces, self.auth = url, transports, list(namespaces), auth

    def _listen(self, namespace):
        def heard(event, *args):
            self.heard.put((namespace, event, *args))

        self.sio.on("*", heard, namespace=namespace)
        self.sio.on("connect", lambda: self.connects.put(namespace), namespace=namespace)
        self.sio.on("connect_error", lambda error=None: self.refusals.put(error), namespace=namespace)
        self.sio.on("disconnect", lambda reason: self.reasons.put(reason), namespace=namespace)

    def connect(self):
        self.sio.connect(
            self.url,
            transports=self.transports,
            namespaces=self.namespaces,
            auth=self.auth,
            wait_timeout=PATIENCE,
        )
        return self

    def next(self):
        """The next event: namespace, name, arguments."""
        return self.heard.get(timeout=PATIENCE)

    def heard_so_far(self, namespace="/"):
        """What came before the answer to a question asked now: all that was meant for this client is among it."""
        self.sio.call("echo", "sentinel", namespace=namespace, timeout=PATIENCE)
        events = []
        while not self.heard.empty():
            events.append(self.heard.get())
        return [event for event in events if event[1] != "welcome"]


class Door:
    """An address that leads to one server after another."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.behind = None
        threading.Thread(target=self._let_in, daemon=True).start()

    def _let_in(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.behind))
            except OSError:
                client.close()
                continue
            for pair in ((client, server), (server, client)):
                threading.Thread(target=self._carry, args=pair, daemon=True).start()

    @staticmethod
    def _carry(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self.listener.close()
