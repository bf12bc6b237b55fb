"""PyPI's python-socketio against our server: every way to be connected."""

import socket
import unittest

import engineio.payload
import socketio

from parlor import PATIENCE, Client, Door, Server

BYTES = bytes([0, 1, 2, 253, 254, 255])


# The client takes no more than 16 packets at once over polling, unless it is told to. No server of Socket.IO counts.
engineio.payload.Payload.max_decode_packets = 1000


def setUpModule():
    global server
    server = Server()


def tearDownModule():
    server.stop()


class Talking:
    """What is the same whatever the transport."""

    transports = None
    ends = None
    # Why a client that leaves has left: over a WebSocket it may hang up before its DISCONNECT is written.
    left = ["client namespace disconnect", "transport close"]

    def client(self, **options):
        return Client(self, server.url, self.transports, **options).connect()

    def test_is_welcomed_by_its_public_id_with_its_auth(self):
        client = self.client(auth={"token": "abc"})
        sid = client.sio.get_sid()
        self.assertEqual(client.next(), ("/", "welcome", {"sid": sid, "auth": {"token": "abc"}}))
        self.assertRegex(sid, r"^[A-Za-z0-9_-]{20}$")
        self.assertNotEqual(sid, client.sio.eio.sid, "the session's id is a secret")

    def test_ends_up_on_its_transport(self):
        client = self.client()
        self.assertEqual(client.sio.transport(), self.ends)
        self.assertEqual(client.sio.call("transport", timeout=PATIENCE), self.ends)

    def test_events_go_both_ways_with_every_kind_of_json(self):
        client = self.client()
        client.next()
        args = (1, -0.5, "zwei €😀\u2028", True, None, [], {}, {"a": [{"b": "c"}]})
        client.sio.emit("echo", args)
        self.assertEqual(client.next(), ("/", "echo", *args))

    def test_a_hundred_events_keep_their_order(self):
        client = self.client()
        client.next()
        for number in range(100):
            client.sio.emit("echo", number)
        self.assertEqual([client.next()[2] for _ in range(100)], list(range(100)))

    def test_the_clients_questions_are_answered(self):
        client = self.client()
        self.assertEqual(client.sio.call("echo", {"a": [1]}, timeout=PATIENCE), {"a": [1]})
        self.assertEqual(client.sio.call("echo", ("a", 2), timeout=PATIENCE), ("a", 2))
        client.sio.emit("echo", ("by", "callback"), callback=lambda *args: client.heard.put(args))
        client.next()
        self.assertEqual(client.next(), ("by", "callback"))

    def test_the_servers_questions_are_answered(self):
        client = self.client()
        client.sio.on("question", lambda a, b: (b, a))
        client.next()
        client.sio.emit("ask", (1, {"two": 2}))
        self.assertEqual(client.next(), ("/", "answered", {"two": 2}, 1))

    def test_an_answer_that_never_comes_times_out(self):
        client = self.client()
        with self.assertRaises(socketio.exceptions.TimeoutError):
            client.sio.call("silent", timeout=0.05)
        self.assertEqual(client.sio.call("echo", "still there", timeout=PATIENCE), "still there")

    def test_binary_goes_both_ways_in_events_and_answers(self):
        client = self.client()
        client.sio.on("question", lambda data: data + BYTES)
        client.next()
        nested = {"file": [BYTES, {"deeper": b""}]}
        client.sio.emit("echo", ("binary", nested))
        self.assertEqual(client.next(), ("/", "echo", "binary", nested))
        self.assertEqual(client.sio.call("echo", BYTES, timeout=PATIENCE), BYTES)
        client.sio.emit("ask", BYTES)
        self.assertEqual(client.next(), ("/", "answered", BYTES + BYTES))

    def test_namespaces_share_a_connection_and_nothing_else(self):
        client = self.client(namespaces=("/", "/custom", "/private"), auth={"token": "secret"})
        welcomed = sorted(client.next()[:2] for _ in range(3))
        self.assertEqual(welcomed, [("/", "welcome"), ("/custom", "welcome"), ("/private", "welcome")])
        self.assertEqual(len({client.sio.get_sid(name) for name in ("/", "/custom", "/private")}), 3)
        client.sio.emit("everyone", "in custom", namespace="/custom")
        self.assertEqual(client.heard_so_far("/custom"), [("/custom", "everyone", "in custom")])

    def test_a_refusal_comes_with_its_words_and_data(self):
        client = Client(self, server.url, self.transports, namespaces=("/private",), auth={"token": "wrong"})
        with self.assertRaisesRegex(socketio.exceptions.ConnectionError, "/private"):
            client.connect()
        refusal = client.refusals.get(timeout=PATIENCE)
        self.assertEqual(refusal, {"message": "not authorized", "data": {"code": 1}})

    def test_rooms_reach_who_is_in_them_and_nobody_else(self):
        a, b, c = clients = [self.client() for _ in range(3)]
        for client in clients:
            client.sio.call("join", "red", timeout=PATIENCE)
        c.sio.call("leave", "red", timeout=PATIENCE)
        rows = [
            (("broadcast", "hi"), ("broadcast", "hi"), [0, 1, 1]),
            (("everyone", "hi"), ("everyone", "hi"), [1, 1, 1]),
            (("shout", ("red", "hi")), ("shout", "hi"), [0, 1, 0]),
            (("shout-all", ("red", "hi")), ("shout", "hi"), [1, 1, 0]),
            (("shout", ("nobody", "hi")), ("shout", "hi"), [0, 0, 0]),
        ]
        for client in clients:
            client.heard_so_far()
        for said, event, times in rows:
            a.sio.emit(*said)
            heard = [client.heard_so_far() for client in clients]
            self.assertEqual(heard, [[("/", *event)] * count for count in times], said)

    def test_the_server_sends_away_from_one_namespace_or_all(self):
        client = self.client(namespaces=("/", "/custom"))
        client.sio.emit("kick", namespace="/custom")
        self.assertEqual(client.reasons.get(timeout=PATIENCE), client.sio.reason.SERVER_DISCONNECT)
        self.assertEqual(client.sio.call("echo", "still in", timeout=PATIENCE), "still in")
        client.sio.emit("kick-all")
        self.assertEqual(client.reasons.get(timeout=PATIENCE), client.sio.reason.SERVER_DISCONNECT)

    def test_the_server_hears_that_a_client_leaves(self):
        watcher, leaver = self.client(), self.client()
        watcher.sio.call("watch", timeout=PATIENCE)
        watcher.heard_so_far()
        sid = leaver.sio.get_sid()
        leaver.sio.disconnect()
        *left, reason = watcher.next()
        self.assertEqual(left, ["/", "left", sid])
        self.assertIn(reason, self.left)
        self.assertEqual(leaver.reasons.get(timeout=PATIENCE), leaver.sio.reason.CLIENT_DISCONNECT)

    def test_a_client_comes_back_when_the_server_does(self):
        door = Door()
        self.addCleanup(door.close)
        first = Server()
        door.behind = first.port
        client = Client(self, door.url, self.transports, reconnection=True, reconnection_delay=0.1)
        client.connect()
        client.connects.get(timeout=PATIENCE)
        self.assertEqual(client.next()[1], "welcome")
        former = client.sio.get_sid()
        client.sio.call("join", "red", timeout=PATIENCE)

        first.stop()
        self.assertEqual(client.reasons.get(timeout=PATIENCE), client.sio.reason.TRANSPORT_ERROR)
        second = Server()
        self.addCleanup(second.stop)
        door.behind = second.port
        client.connects.get(timeout=PATIENCE)
        self.assertEqual(client.next()[1], "welcome")
        self.assertNotEqual(client.sio.get_sid(), former)
        client.sio.emit("shout-all", ("red", "nobody is here yet"))
        self.assertEqual(client.heard_so_far(), [])


class OverPolling(Talking, unittest.TestCase):
    transports = ["polling"]
    ends = "polling"
    left = ["client namespace disconnect"]


class OverWebSocket(Talking, unittest.TestCase):
    transports = ["websocket"]
    ends = "websocket"

    def test_the_server_hears_that_a_connection_breaks(self):
        watcher, leaver = self.client(), self.client()
        watcher.sio.call("watch", timeout=PATIENCE)
        watcher.heard_so_far()
        sid = leaver.sio.get_sid()
        leaver.sio.eio.ws.sock.shutdown(socket.SHUT_RDWR)
        self.assertEqual(watcher.next(), ("/", "left", sid, "transport close"))


class OverPollingUpgraded(Talking, unittest.TestCase):
    transports = ["polling", "websocket"]
    ends = "websocket"


if __name__ == "__main__":
    unittest.main()
