//! A nickname for somebody who has not chosen one.

use parlor_chat::Nickname;

use crate::browser::any_of;

/// A nickname nobody has to think about is one of each of these.
const FIRST: [&str; 12] = [
    "Amber", "Brave", "Clever", "Gentle", "Golden", "Happy", "Jolly", "Lucky", "Quiet", "Rapid", "Sunny",
    "Witty",
];
const SECOND: [&str; 12] = [
    "Badger", "Falcon", "Fox", "Heron", "Lynx", "Marten", "Otter", "Owl", "Robin", "Seal", "Sparrow", "Wren",
];

pub(crate) fn by_chance() -> Option<Nickname> {
    Nickname::parse(&format!("{} {}", any_of(&FIRST)?, any_of(&SECOND)?)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_nickname_that_chance_can_give_is_one() {
        for first in FIRST {
            for second in SECOND {
                assert!(Nickname::parse(&format!("{first} {second}")).is_ok(), "{first} {second}");
            }
        }
    }
}
