//! The outbox as text, for the tab's memory.

use parlor_chat::{File, MessageId, RoomName, Text};
use serde::{Deserialize, Serialize};

use crate::state::Draft;

#[derive(Serialize, Deserialize)]
struct Kept {
    room: String,
    id: String,
    text: String,
    time: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<File>,
}

/// One that was refused is not written: it would only be refused again.
pub(crate) fn write<'a>(outbox: impl Iterator<Item = (&'a RoomName, &'a Draft)>) -> String {
    let waiting = outbox.filter(|(_, draft)| draft.trouble.is_none());
    let kept: Vec<Kept> = waiting.map(|(room, draft)| Kept::from(room, draft)).collect();
    serde_json::to_string(&kept).unwrap_or_default()
}

/// Whatever is not an outbox is none: another page of this address may have written it.
pub(crate) fn read(text: &str) -> Vec<(RoomName, Draft)> {
    let kept: Vec<Kept> = serde_json::from_str(text).unwrap_or_default();
    kept.into_iter().filter_map(Kept::draft).collect()
}

impl Kept {
    fn from(room: &RoomName, draft: &Draft) -> Self {
        Self {
            room: room.as_str().to_owned(),
            id: draft.id.as_str().to_owned(),
            text: draft.text.as_str().to_owned(),
            time: draft.time,
            file: draft.file.clone(),
        }
    }

    fn draft(self) -> Option<(RoomName, Draft)> {
        let room = RoomName::read(&self.room).ok()?;
        let (id, text) = (MessageId::parse(&self.id).ok()?, Text::parse(&self.text).ok()?);
        Some((room, Draft { id, text, time: self.time, file: self.file, trouble: None }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(id: &str, trouble: Option<&str>) -> Draft {
        let (id, text) = (MessageId::parse(id).unwrap(), Text::parse("one \"two\"\nthree").unwrap());
        Draft {
            id,
            text,
            time: 7,
            file: Some(File { name: "a".to_owned(), size: 1 }),
            trouble: trouble.map(str::to_owned),
        }
    }

    #[test]
    fn outbox_is_read_as_it_was_written_but_for_what_was_refused() {
        let (lobby, rust) = (RoomName::parse("lobby").unwrap(), RoomName::parse("rust").unwrap());
        let (first, refused, last) = (draft("a", None), draft("b", Some("too long")), draft("c", None));
        let text = write([(&lobby, &first), (&lobby, &refused), (&rust, &last)].into_iter());
        assert_eq!(read(&text), [(lobby, first), (rust, last)]);
    }

    #[test]
    fn what_is_no_outbox_is_an_empty_one() {
        let rows = [
            "",
            "null",
            "{}",
            r#"[{"room":"lobby"}]"#,
            r#"[{"room":"a b","id":"a","text":"hi","time":1}]"#,
            r#"[{"room":"lobby","id":"","text":"hi","time":1}]"#,
            r#"[{"room":"lobby","id":"a","text":" ","time":1}]"#,
        ];
        for text in rows {
            assert_eq!(read(text), [], "{text}");
        }
    }
}
