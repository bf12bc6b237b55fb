use std::cell::RefCell;
use std::rc::Rc;

use super::*;
use crate::connection::Settings;
use crate::fake::{Fake, OPEN};

#[test]
fn every_packet_is_shown_in_order_before_what_it_means() {
    let (client, fake) = Fake::client(Settings { auth: None, max_buffered_bytes: 100 });
    let log = Rc::<RefCell<Vec<String>>>::default();
    let writer = Rc::clone(&log);
    let guard = client.on_packet(move |packet| {
        let arrow = if packet.direction() == Direction::Sent { ">" } else { "<" };
        let what = packet.text().map_or_else(|| format!("{:?}", packet.binary()), Into::into);
        writer.borrow_mut().push(format!("{arrow} {what} {}", packet.size_bytes()));
    });
    let socket = client.of("/");
    let writer = Rc::clone(&log);
    let _connected = socket.on_connect(move || writer.borrow_mut().push("connected".into()));
    socket.connect();
    fake.transport(parlor_protocol::engine::client::Input::Opened);
    fake.join();
    socket.emit("a", &Bytes::from_static(b"xyz")).unwrap();
    let expected = [
        &format!("< {OPEN} {}", OPEN.len()),
        "> 40 2",
        r#"< 40{"sid":"public"} 18"#,
        "connected",
        r#"> 451-["a",{"_placeholder":true,"num":0}] 39"#,
        r#"> Some(b"xyz") 3"#,
    ];
    assert_eq!(*log.borrow(), expected);
    drop(guard);
    fake.receive("2");
    assert_eq!(log.borrow().len(), expected.len(), "a packet was shown to nobody");
}
