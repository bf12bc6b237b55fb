//! What is agreed on about compression, as text over a real HTTP server: RFC 7692, 5 and 7.1, and RFC 6455, 9.1.

use super::handshake::{ACCEPTED, REQUEST, ask};

struct Row {
    name: &'static str,
    /// The header lines that the request has.
    offers: &'static str,
    answer: Answer,
}

enum Answer {
    /// What the one header in the answer says.
    Agrees(&'static str),
    /// The connection is granted without compression: there is no such header.
    Declines,
    /// Status 400.
    Refuses,
}
use Answer::{Agrees, Declines, Refuses};

const BARE: &str = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

const ROWS: &[Row] = &[
    row("RFC 7692 5 what is not offered is not agreed to", "", Declines),
    row(
        "RFC 7692 5 another extension is not agreed to",
        "Sec-WebSocket-Extensions: permessage-bzip2\r\n",
        Declines,
    ),
    row(
        "RFC 7692 5.1 an offer without parameters",
        "Sec-WebSocket-Extensions: permessage-deflate\r\n",
        Agrees(BARE),
    ),
    row(
        "RFC 7692 5.1 the first good offer counts",
        "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=8, \
         permessage-deflate; server_max_window_bits=9, permessage-deflate\r\n",
        Agrees(
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9",
        ),
    ),
    row(
        "RFC 6455 9.1 offers in several headers are one list",
        "Sec-WebSocket-Extensions: x-unknown\r\nSec-WebSocket-Extensions: permessage-deflate\r\n",
        Agrees(BARE),
    ),
    row("RFC 6455 9.1 an offer without a name is refused", "Sec-WebSocket-Extensions: ; a\r\n", Refuses),
    row(
        "RFC 6455 9.1 a quote that does not end is refused",
        "Sec-WebSocket-Extensions: a; b=\"c\r\n",
        Refuses,
    ),
    row(
        "RFC 6455 9.1 a quoted value is a value",
        "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=\"12\"\r\n",
        Agrees(
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12",
        ),
    ),
    row(
        "RFC 7692 7.1 an unknown parameter is declined",
        "Sec-WebSocket-Extensions: permessage-deflate; foo\r\n",
        Declines,
    ),
    row(
        "RFC 7692 7.1 a parameter given twice is declined",
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits; client_max_window_bits=10\r\n",
        Declines,
    ),
    row(
        "RFC 7692 7.1.1.1 server_no_context_takeover is agreed to",
        "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n",
        Agrees(BARE),
    ),
    row(
        "RFC 7692 7.1.1.1 server_no_context_takeover has no value",
        "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover=true\r\n",
        Declines,
    ),
    row(
        "RFC 7692 7.1.1.2 client_no_context_takeover is demanded in any case",
        "Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover\r\n",
        Agrees(BARE),
    ),
    row(
        "RFC 7692 7.1.1.2 client_no_context_takeover has no value",
        "Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover=1\r\n",
        Declines,
    ),
    row(
        "RFC 7692 7.1.2.1 server_max_window_bits is agreed to: 9",
        "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9\r\n",
        Agrees(
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9",
        ),
    ),
    row(
        "RFC 7692 7.1.2.1 server_max_window_bits is agreed to: 15",
        "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=15\r\n",
        Agrees(
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=15",
        ),
    ),
    row(
        "RFC 7692 7.1.2.1 a smaller window than the offered one is answered: 14",
        "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=14\r\n",
        Agrees(
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12",
        ),
    ),
    row(
        "RFC 7692 7.1.2.1 a server window of 8 is declined",
        "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=8\r\n",
        Declines,
    ),
    row(
        "RFC 7692 7.1.2.1 a server window of 7 is declined",
        "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=7\r\n",
        Declines,
    ),
    row(
        "RFC 7692 7.1.2.1 a server window of 16 is declined",
        "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=16\r\n",
        Declines,
    ),
    row(
        "RFC 7692 7.1.2.1 a window has no leading zero",
        "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=010\r\n",
        Declines,
    ),
    row(
        "RFC 7692 7.1.2.1 a server window has a value",
        "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits\r\n",
        Declines,
    ),
    row(
        "RFC 7692 7.1.2.2 client_max_window_bits is only a hint",
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n",
        Agrees(BARE),
    ),
    row(
        "RFC 7692 7.1.2.2 a client window of 8 is its own affair",
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=8\r\n",
        Agrees(BARE),
    ),
    row(
        "RFC 7692 7.1.2.2 a client window of 16 is declined",
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=16\r\n",
        Declines,
    ),
];

#[tokio::test]
async fn every_offer_is_agreed_to_or_declined_by_the_book() {
    for Row { name, offers, answer } in ROWS {
        let response = ask(&REQUEST.replacen("\r\n\r\n", &format!("\r\n{offers}\r\n"), 1)).await;
        match answer {
            Agrees(header) => {
                let header = format!("\r\nsec-websocket-extensions: {header}\r\n\r\n");
                assert_eq!(response, ACCEPTED.replacen("\r\n\r\n", &header, 1), "{name}");
            }
            Declines => assert_eq!(response, ACCEPTED, "{name}"),
            Refuses => assert!(response.starts_with("HTTP/1.1 400 "), "{name}: {response}"),
        }
    }
}

const fn row(name: &'static str, offers: &'static str, answer: Answer) -> Row {
    Row { name, offers, answer }
}
