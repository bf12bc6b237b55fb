//! Who somebody is: an id that everybody may know, and a token that proves it.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use parlor_chat::bounds::MAX_TOKEN_BYTES;
use parlor_chat::{Auth, Identity, Reason, Refusal, UserId};
use sha2::{Digest, Sha256};

use crate::id;

/// Draws an identity that nobody can guess.
///
/// # Errors
///
/// The system has no randomness to give.
pub(super) fn draw() -> Result<Identity, getrandom::Error> {
    // Twice 120 bits: nobody tries them out, so a hash without salt and without delay is enough to keep them.
    Ok(Identity { id: id::random()?, token: format!("{}{}", id::random()?, id::random()?) })
}

/// What is kept of a token.
pub(super) fn hash(token: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(token))
}

/// An id, and the hash of the token that is to prove it.
pub(super) type Claim = (UserId, String);

/// What a socket says about itself: nothing, when it comes without an identity.
pub(super) fn claim(auth: &Auth) -> Result<Option<Claim>, Refusal> {
    match (&auth.id, &auth.token) {
        (None, None) => Ok(None),
        (Some(id), Some(token)) if token.len() <= MAX_TOKEN_BYTES => {
            let id = UserId::parse(id).map_err(|_| unproven())?;
            Ok(Some((id, hash(token))))
        }
        _ => Err(unproven()),
    }
}

pub(super) fn unproven() -> Refusal {
    let sentence = "this id is not proven by its token: come again without both, and get new ones";
    Refusal::new(Reason::Unproven, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_an_identity_or_one_that_was_never_issued_is_refused_unread() {
        let auth = |id: Option<&str>, token: Option<&str>| Auth {
            id: id.map(str::to_owned),
            token: token.map(str::to_owned),
        };
        let long = "x".repeat(65);
        for (id, token) in
            [(Some("u1"), None), (None, Some("t")), (Some("a b"), Some("t")), (Some("u1"), Some(&*long))]
        {
            assert_eq!(claim(&auth(id, token)).unwrap_err().reason, Reason::Unproven, "{id:?} {token:?}");
        }
        assert_eq!(claim(&Auth::default()), Ok(None));
        // printf secret | sha256sum
        let hashed = "K7gNU3sdo-OL0wNhqoVWhr3g6s1xYv72ol_pe_Unols";
        let claimed = claim(&auth(Some("u1"), Some("secret"))).unwrap();
        assert_eq!(claimed, Some((UserId::parse("u1").unwrap(), hashed.to_owned())));
    }

    #[test]
    fn identity_is_short_enough_for_the_contract() {
        let Identity { id, token } = draw().unwrap();
        assert!(UserId::parse(&id).is_ok() && token.len() <= MAX_TOKEN_BYTES, "{id} {token}");
    }
}
