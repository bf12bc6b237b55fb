//! What the connections of one client share: the pool of HTTP connections, the cookies, and whom TLS trusts.

use std::cell::OnceCell;
use std::fmt;
use std::sync::{Arc, LazyLock};

use reqwest::cookie::{CookieStore, Jar};
use reqwest::header::HeaderValue;
use reqwest::{Client, Url};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

use super::warn;

/// What the connections of one client share. Nothing is made before it is used.
pub(crate) struct Network {
    pub(super) headers: Vec<(String, String)>,
    with_credentials: bool,
    http: OnceCell<Option<Client>>,
    cookies: Arc<Jar>,
}

impl Network {
    pub(crate) fn new(headers: Vec<(String, String)>, with_credentials: bool) -> Self {
        Self { headers, with_credentials, http: OnceCell::new(), cookies: Arc::default() }
    }

    /// `None` where requests cannot be made at all.
    pub(super) fn http(&self) -> Option<&Client> {
        let cookies = || self.with_credentials.then(|| Arc::clone(&self.cookies));
        self.http.get_or_init(|| client(cookies())).as_ref()
    }

    /// The cookies that a request there should carry.
    pub(super) fn cookies(&self, url: &Url) -> Option<HeaderValue> {
        self.cookies.cookies(url)
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").finish_non_exhaustive()
    }
}

fn client(cookies: Option<Arc<Jar>>) -> Option<Client> {
    let builder = Client::builder().tls_backend_preconfigured(tls().as_ref().clone());
    let builder = match cookies {
        Some(jar) => builder.cookie_provider(jar),
        None => builder,
    };
    builder.build().inspect_err(|error| warn(&format!("no requests can be made: {error}"))).ok()
}

/// TLS as this system wants it: who is trusted by other programs is trusted here.
pub(super) fn tls() -> Arc<ClientConfig> {
    static CONFIG: LazyLock<Arc<ClientConfig>> = LazyLock::new(|| Arc::new(configure()));
    Arc::clone(&CONFIG)
}

fn configure() -> ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let begun = || {
        ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .unwrap_or_else(|_| unreachable!("ring has what these versions need"))
    };
    match begun().with_platform_verifier() {
        Ok(config) => config.with_no_client_auth(),
        Err(error) => {
            warn(&format!("this system trusts nobody, so no TLS connection can be made: {error}"));
            begun().with_root_certificates(RootCertStore::empty()).with_no_client_auth()
        }
    }
}
