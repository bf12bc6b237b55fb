//! The messages that the rows are about. Their texts are written out: they are what goes in and what must
//! come out.

use bytes::Bytes;
use parlor_protocol::Message;
use serde::{Deserialize, Serialize};

use super::{Received, Sent};

/// An event, and the row that it makes.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) row: &'static str,
    pub(crate) name: &'static str,
    /// The text of its Socket.IO packet.
    pub(crate) text: &'static str,
    pub(crate) attachment_bytes: Option<usize>,
}

impl Event {
    pub(crate) fn bytes(&self) -> usize {
        self.text.len() + self.attachment_bytes.unwrap_or_default()
    }

    /// The attachment, in memory that nobody shares: so it comes from a decoder of frames.
    pub(crate) fn attachment(&self) -> Option<Bytes> {
        self.attachment_bytes.map(|length| binary(length).into())
    }

    pub(crate) fn received(&self) -> Received {
        (["4", self.text].concat(), self.attachment())
    }

    pub(crate) fn sent(&self) -> Vec<Sent> {
        let attachment = self.attachment().map(Message::Binary);
        [Message::Text(self.text.into())].into_iter().chain(attachment).collect()
    }
}

/// The names of the rows speak the truth.
const _: () = assert!(SAY.text.len() == 64 && HISTORY.text.len() == 2048);

/// Bytes that are no text.
pub(crate) fn binary(length: usize) -> Vec<u8> {
    (0..=255).cycle().take(length).collect()
}

/// One argument: a text.
pub(crate) const SAY: Event = Event {
    row: "64 B",
    name: "say",
    text: r#"2["say","Seven of us will be there, and somebody brings a pie."]"#,
    attachment_bytes: None,
};

/// One argument: an object with an attachment.
pub(crate) const PHOTO: Event = Event {
    row: "16 KB attached",
    name: "photo",
    text: r#"51-["photo",{"name":"cat.png","pixels":{"_placeholder":true,"num":0}}]"#,
    attachment_bytes: Some(16_384),
};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Photo {
    name: String,
    pixels: Bytes,
}

/// One argument: a list of objects. No two are alike, so that it is compressed as real ones are.
pub(crate) const HISTORY: Event = Event {
    row: "2 KB",
    name: "history",
    text: concat!(
        r#"2["history",["#,
        r#"{"id":1041,"from":"ada","at":1760000015,"text":"Morning! Did the build go through?"},"#,
        r#"{"id":1042,"from":"grace","at":1760000109,"text":"It did. Two tests are slow, the rest is ok."},"#,
        r#"{"id":1043,"from":"ada","at":1760000192,"text":"Which two?"},"#,
        r#"{"id":1044,"from":"grace","at":1760000264,"text":"\"reconnects\" and \"uploads\", as before"},"#,
        r#"{"id":1045,"from":"linus","at":1760000325,"text":"uploads waits for the disk, I think"},"#,
        r#"{"id":1046,"from":"ada","at":1760000375,"text":"Ça va être long… is there a profile?"},"#,
        r#"{"id":1047,"from":"linus","at":1760000414,"text":"Not yet. I can make one after lunch."},"#,
        r#"{"id":1048,"from":"grace","at":1760000442,"text":"Lunch sounds good 🍜"},"#,
        r#"{"id":1049,"from":"ada","at":1760000459,"text":"Half past twelve, then, by the door."},"#,
        r#"{"id":1050,"from":"linus","at":1760000555,"text":"ok"},"#,
        r#"{"id":1051,"from":"edsger","at":1760000640,"text":"May I come along?"},"#,
        r#"{"id":1052,"from":"ada","at":1760000714,"text":"Of course! We are four, I take the table."},"#,
        r#"{"id":1053,"from":"grace","at":1760000777,"text":"For the minutes: 3 of 4 want noodles."},"#,
        r#"{"id":1054,"from":"edsger","at":1760000829,"text":"The fourth wants a proof that they are."},"#,
        r#"{"id":1055,"from":"linus","at":1760000870,"text":"lol"},"#,
        r#"{"id":1056,"from":"ada","at":1760000900,"text":"Back to work:\nthe release is on Friday."},"#,
        r#"{"id":1057,"from":"grace","at":1760000919,"text":"I will write the notes tonight."},"#,
        r#"{"id":1058,"from":"linus","at":1760001017,"text":"And I the profile. Promised."},"#,
        r#"{"id":1059,"from":"edsger","at":1760001104,"text":"I shall read both, with a pencil."},"#,
        r#"{"id":1060,"from":"ada","at":1760001180,"text":"Who looks after the server meanwhile?"},"#,
        r#"{"id":1061,"from":"linus","at":1760001245,"text":"It has not needed anybody since March."},"#,
        r#"{"id":1062,"from":"edsger","at":1760001299,"text":"That is what worries me."},"#,
        r#"{"id":1063,"from":"grace","at":1760001342,"text":"See you all tomorrow at nine."},"#,
        r#"{"id":1064,"from":"ada","at":1760001374,"text":"Thank you! Good night."},"#,
        r#"{"id":1065,"from":"linus","at":1760001395,"text":"Bye"}"#,
        "]]"
    ),
    attachment_bytes: None,
};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Line {
    id: u64,
    from: String,
    at: u64,
    text: String,
}
