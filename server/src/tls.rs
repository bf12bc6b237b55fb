//! TLS to Redis and to PostgreSQL: who is trusted by other programs of this system is trusted here.

use rustls::crypto::ring;

/// Chooses the cryptography of this program, which one that only uses this library may have done already.
pub(crate) fn choose_cryptography() {
    // It fails when there is one, and that one serves as well.
    let _ = ring::default_provider().install_default();
}
