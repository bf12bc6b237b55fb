//! What people type, checked once at the door: nicknames and texts; and message ids.

use alloc::borrow::ToOwned;
use alloc::string::String;

use serde::Serialize;

use crate::bounds::{MAX_FILE_NAME_CHARS, MAX_MESSAGE_ID_BYTES, MAX_NICKNAME_CHARS, MAX_TEXT_CHARS};
use crate::refusal::{Reason, Refusal};

/// What a person is called: 1 to 24 characters, none of them invisible, with single spaces inside.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Nickname(String);

impl Nickname {
    /// Reads a nickname as typed: spaces around it go, several inside become one.
    ///
    /// # Errors
    ///
    /// [`Reason::BadNickname`], with the sentence for the person who typed it.
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        check_length(typed.trim(), MAX_NICKNAME_CHARS, Reason::BadNickname, TOO_LONG_NICKNAME)?;
        let mut name = String::new();
        for word in typed.split_whitespace() {
            if !name.is_empty() {
                name.push(' ');
            }
            name.push_str(word);
        }
        if name.is_empty() {
            return Err(Refusal::new(Reason::BadNickname, "a nickname needs at least one character"));
        }
        if name.chars().any(is_invisible) {
            return Err(Refusal::new(Reason::BadNickname, "a nickname has visible characters only"));
        }
        Ok(Self(name))
    }

    /// The nickname as it is shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const TOO_LONG_NICKNAME: &str = "a nickname has at most 24 characters";

/// What a message says: 1 to 2,000 characters, line breaks among them, not all of it blank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text(String);

impl Text {
    /// Reads a text as typed: blanks at its end go.
    ///
    /// # Errors
    ///
    /// [`Reason::BadText`], with the sentence for the person who typed it.
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        let text = typed.trim_end();
        if text.trim_start().is_empty() {
            return Err(Refusal::new(Reason::BadText, "a message needs a text"));
        }
        check_length(text, MAX_TEXT_CHARS, Reason::BadText, "a message has at most 2000 characters")?;
        // Nobody can read it, and not every database can keep it.
        if text.contains('\0') {
            return Err(Refusal::new(Reason::BadText, "a message has no character of the code 0"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A message's id, made by the client that sends it: 1 to 64 visible ASCII characters, never used twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct MessageId(String);

impl MessageId {
    /// Reads an id.
    ///
    /// # Errors
    ///
    /// [`Reason::BadMessageId`], when it is empty, too long or not visible ASCII.
    pub fn parse(id: &str) -> Result<Self, Refusal> {
        let fits = (1..=MAX_MESSAGE_ID_BYTES).contains(&id.len());
        if !fits || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
            let rule = "a message id has 1 to 64 visible ASCII characters";
            return Err(Refusal::new(Reason::BadMessageId, rule));
        }
        Ok(Self(id.to_owned()))
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A file's name: 1 to 80 visible characters, none of which leads to another folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct FileName(String);

impl FileName {
    /// Reads a name.
    ///
    /// # Errors
    ///
    /// [`Reason::BadFile`], with the sentence for the person who chose the file.
    pub fn parse(name: &str) -> Result<Self, Refusal> {
        let name = name.trim();
        check_length(name, MAX_FILE_NAME_CHARS, Reason::BadFile, "a file name has at most 80 characters")?;
        let is_strange = |letter: char| is_invisible(letter) || letter == '/' || letter == '\\';
        if name.is_empty() || name.chars().any(is_strange) || name.chars().all(|letter| letter == '.') {
            return Err(Refusal::new(Reason::BadFile, "this is no file name"));
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Looks at no more of a text than the bound allows, however long it is.
pub(crate) fn check_length(
    text: &str,
    max_chars: usize,
    reason: Reason,
    sentence: &str,
) -> Result<(), Refusal> {
    if text.chars().nth(max_chars).is_some() { Err(Refusal::new(reason, sentence)) } else { Ok(()) }
}

/// Control characters, and those that hide, join or turn around what stands beside them: a nickname must not pass for
/// another one.
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(letter, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    /// What a table expects: the word as kept, or the sentence of its refusal.
    type Expected = Result<&'static str, &'static str>;

    fn sentence(refusal: Refusal) -> String {
        refusal.message
    }

    #[test]
    fn nickname_is_visible_and_short() {
        let rows: [(&str, Expected); 6] = [
            ("  Ada   Lovelace ", Ok("Ada Lovelace")),
            ("天", Ok("天")),
            ("   ", Err("a nickname needs at least one character")),
            ("Ada\u{202e}", Err("a nickname has visible characters only")),
            ("Ada\u{200b}", Err("a nickname has visible characters only")),
            ("a very long name of words", Err("a nickname has at most 24 characters")),
        ];
        for (typed, expected) in rows {
            let name = Nickname::parse(typed).map_err(sentence);
            assert_eq!(
                name.as_ref().map(Nickname::as_str),
                expected.map_err(String::from).as_ref().map(|s| *s)
            );
        }
    }

    #[test]
    fn text_keeps_its_lines_and_its_first_blanks() {
        assert_eq!(Text::parse("  fn main() {\n  }\n\n").unwrap().as_str(), "  fn main() {\n  }");
        assert_eq!(Text::parse(" \n ").unwrap_err().message, "a message needs a text");
        assert_eq!(Text::parse(&"ä".repeat(2_000)).unwrap().as_str().len(), 4_000);
        assert_eq!(
            Text::parse(&"ä".repeat(2_001)).unwrap_err().message,
            "a message has at most 2000 characters"
        );
        assert_eq!(
            Text::parse("nothing\0to see").unwrap_err().message,
            "a message has no character of the code 0"
        );
    }

    #[test]
    fn message_id_is_visible_ascii_of_at_most_64_bytes() {
        assert_eq!(MessageId::parse("0190-a").unwrap().as_str(), "0190-a");
        for id in ["", "a b", "ä", &"x".repeat(65)] {
            assert_eq!(MessageId::parse(id).unwrap_err().reason, Reason::BadMessageId, "{id}");
        }
    }

    #[test]
    fn file_name_is_visible_and_leads_nowhere() {
        assert_eq!(FileName::parse(" a photo.png ").unwrap().as_str(), "a photo.png");
        for name in ["", " ", "..", "../a", "a\\b", "a\u{202e}gnp.exe", "a\nb", &"x".repeat(81)] {
            assert_eq!(FileName::parse(name).unwrap_err().reason, Reason::BadFile, "{name}");
        }
    }

    #[test]
    fn sentences_name_the_bounds_as_they_are() {
        assert!(TOO_LONG_NICKNAME.contains(&format!(" {MAX_NICKNAME_CHARS} ")));
        assert_eq!((MAX_TEXT_CHARS, MAX_MESSAGE_ID_BYTES, MAX_FILE_NAME_CHARS), (2_000, 64, 80));
    }
}
