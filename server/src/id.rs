//! Ids that nobody can guess: a session's secret one, and a socket's public one. They are drawn apart, because
//! whoever knows a session's id can speak in it.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

/// Fifteen random bytes give the 20 characters that Socket.IO's ids have.
const RANDOM_BYTES: usize = 15;

/// Draws 20 random characters that may stand in a URL.
///
/// # Errors
///
/// The system has no randomness to give.
pub(crate) fn random() -> Result<String, getrandom::Error> {
    let mut bytes = [0; RANDOM_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_id_has_twenty_url_safe_characters_and_comes_once() {
        let (one, other) = (super::random().unwrap(), super::random().unwrap());
        assert_eq!(one.len(), 20);
        assert!(one.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{one}");
        assert_ne!(one, other);
    }
}
