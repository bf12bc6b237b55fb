//! The header of a packet: everything before the user's data (Socket.IO protocol v5, "Packet encoding").

use alloc::string::String;

use super::{Kind, Namespace};

/// Appends a packet's header to `out`: `<type>[<attachments>-][<namespace>,][<id>]`.
///
/// ```
/// use parlor_protocol::socket::{Kind, encode};
///
/// let mut text = String::new();
/// encode::header(Kind::Event, &"/chat".into(), Some(12), 0, &mut text);
/// assert_eq!(text, "2/chat,12");
/// ```
pub fn header(kind: Kind, namespace: &Namespace, id: Option<u64>, attachments: usize, out: &mut String) {
    out.push(match (kind, attachments) {
        (Kind::Connect, _) => '0',
        (Kind::Disconnect, _) => '1',
        (Kind::Event, 0) => '2',
        (Kind::Ack, 0) => '3',
        (Kind::ConnectError, _) => '4',
        (Kind::Event, _) => '5',
        (Kind::Ack, _) => '6',
    });
    if attachments > 0 && matches!(kind, Kind::Event | Kind::Ack) {
        push_decimal(u64::try_from(attachments).unwrap_or(u64::MAX), out);
        out.push('-');
    }
    if !namespace.is_root() {
        out.push_str(namespace.as_str());
        out.push(',');
    }
    if let Some(id) = id {
        push_decimal(id, out);
    }
}

/// Appends a number in decimal. By hand, because `core::fmt` costs the npm package more than a kilobyte.
fn push_decimal(number: u64, out: &mut String) {
    if number >= 10 {
        push_decimal(number / 10, out);
    }
    out.push(char::from_digit(u32::try_from(number % 10).unwrap_or(0), 10).unwrap_or('0'));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_in_decimal_up_to_the_largest() {
        for (number, text) in
            [(0, "0"), (9, "9"), (10, "10"), (120, "120"), (u64::MAX, "18446744073709551615")]
        {
            let mut out = String::new();
            push_decimal(number, &mut out);
            assert_eq!(out, text);
        }
    }

    #[test]
    fn an_ack_with_attachments_is_a_binary_ack() {
        let mut out = String::new();
        header(Kind::Ack, &Namespace::new("/back"), Some(127), 2, &mut out);
        assert_eq!(out, "62-/back,127");
    }
}
