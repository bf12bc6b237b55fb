//! Places in a namespace's log, and the text that stands for one on the wire.
//!
//! A client gives back the last text it was given: [`Epoch`] tells what it can mean. The epoch is drawn anew for each
//! namespace of each process, so that an offset of another life never means a place in this one, and what a user
//! writes is hardly ever taken for one.

use std::hash::{BuildHasher, RandomState};

/// How many events a namespace had logged at some moment: the number of the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Position(pub(crate) u64);

const BASE: u32 = 36;

/// How long an epoch is, in base 36.
const EPOCH_DIGITS: usize = 8;

/// How many epochs there are: forty bits of chance.
const EPOCHS: u64 = 36_u64.pow(8);

/// One life of one namespace.
#[derive(Debug)]
pub(crate) struct Epoch(String);

/// What a client means by the offset that it gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meant {
    /// It had everything up to here.
    Place(Position),
    /// It is an offset, but not of this life: the client keeps it from an older session.
    OtherLife,
    /// It is no offset of ours.
    Nothing,
}

impl Epoch {
    /// Draws one. It has to be new, not secret: nobody gets anything for an offset without a session's private id.
    pub(crate) fn random() -> Self {
        let random = RandomState::new().hash_one("epoch");
        Self(digits(random % EPOCHS, EPOCH_DIGITS))
    }

    #[cfg(test)]
    pub(crate) fn of(text: &str) -> Self {
        Self(text.into())
    }

    /// The text that stands for a place.
    pub(crate) fn offset(&self, at: Position) -> String {
        [&self.0, "-", &digits(at.0, 1)].concat()
    }

    pub(crate) fn read(&self, text: &str) -> Meant {
        let Some((epoch, at)) = text.split_once('-') else { return Meant::Nothing };
        let Ok(number) = u64::from_str_radix(at, BASE) else { return Meant::Nothing };
        // The one way of writing it: `+1`, `01` and `A` are no numbers of ours.
        if epoch.len() != EPOCH_DIGITS || !epoch.bytes().all(is_digit) || digits(number, 1) != at {
            return Meant::Nothing;
        }
        if epoch == self.0 { Meant::Place(Position(number)) } else { Meant::OtherLife }
    }
}

const fn is_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'z')
}

/// A number in base 36, with at least so many digits.
fn digits(mut number: u64, at_least: usize) -> String {
    let mut reversed = Vec::with_capacity(at_least);
    while number > 0 || reversed.len() < at_least {
        let digit = u32::try_from(number % u64::from(BASE)).unwrap_or(0);
        reversed.push(char::from_digit(digit, BASE).unwrap_or('0'));
        number /= u64::from(BASE);
    }
    reversed.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_written_in_base_36_behind_the_epoch() {
        let epoch = Epoch::of("abcdefgh");
        for (number, text) in
            [(0, "abcdefgh-0"), (35, "abcdefgh-z"), (36, "abcdefgh-10"), (u64::MAX, "abcdefgh-3w5e11264sgsf")]
        {
            assert_eq!(epoch.offset(Position(number)), text);
            assert_eq!(epoch.read(text), Meant::Place(Position(number)));
        }
    }

    #[test]
    fn what_a_client_gives_back_is_a_place_or_of_another_life_or_nothing() {
        let epoch = Epoch::of("abcdefgh");
        for (text, meant) in [
            ("abcdefgh-z", Meant::Place(Position(35))),
            ("00000000-z", Meant::OtherLife),
            ("", Meant::Nothing),
            ("hello", Meant::Nothing),
            ("abcdefgh", Meant::Nothing),
            ("abcdefgh-", Meant::Nothing),
            ("abcdefgh-0z", Meant::Nothing),
            ("abcdefgh-+z", Meant::Nothing),
            ("abcdefgh-Z", Meant::Nothing),
            ("abcdefgh-z-1", Meant::Nothing),
            ("abcdefgh-3w5e11264sgsg", Meant::Nothing),
            ("ABCDEFGH-z", Meant::Nothing),
            ("abcdefg-z", Meant::Nothing),
            ("N4zTlbz", Meant::Nothing),
        ] {
            assert_eq!(epoch.read(text), meant, "{text:?}");
        }
    }

    #[test]
    fn every_life_has_its_own_epoch() {
        let (one, other) = (Epoch::random(), Epoch::random());
        assert_ne!(one.0, other.0);
        assert_eq!(other.read(&one.offset(Position(1))), Meant::OtherLife);
    }
}
