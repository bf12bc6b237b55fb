//! A user's id: public, issued by the server, proven by a token.

use alloc::borrow::ToOwned;
use alloc::string::String;

use serde::Serialize;

use crate::bounds::MAX_USER_ID_BYTES;
use crate::refusal::{Reason, Refusal};

/// A user's id: 1 to 36 letters, digits, `-` and `_`, as the server made it.
///
/// # Examples
///
/// ```
/// use parlor_chat::UserId;
///
/// assert_eq!(UserId::parse("k3-Jd_9").unwrap().as_str(), "k3-Jd_9");
/// assert_eq!(UserId::parse("a b").unwrap_err().message, "this is no user's id");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct UserId(String);

impl UserId {
    /// Reads an id.
    ///
    /// # Errors
    ///
    /// [`Reason::BadUserId`], when no server can have made it.
    pub fn parse(id: &str) -> Result<Self, Refusal> {
        let fits = (1..=MAX_USER_ID_BYTES).contains(&id.len());
        if !fits || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
            return Err(Refusal::new(Reason::BadUserId, "this is no user's id"));
        }
        Ok(Self(id.to_owned()))
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
