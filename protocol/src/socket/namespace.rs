//! The name of a namespace.

use alloc::sync::Arc;
use core::fmt;

/// The name of a namespace, cheap to clone. `/`, which nearly every packet belongs to, costs nothing.
///
/// ```
/// use parlor_protocol::socket::Namespace;
///
/// assert_eq!(Namespace::new("admin").as_str(), "/admin");
/// assert_eq!(Namespace::new(""), Namespace::ROOT);
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Namespace(Option<Arc<str>>);

impl Namespace {
    /// The namespace `/`.
    pub const ROOT: Self = Self(None);

    /// The namespace of that name. A missing leading slash is added; the empty name is `/`.
    pub fn new(name: &str) -> Self {
        match name {
            _ if name.starts_with('/') => Self::named(name),
            "" => Self::ROOT,
            _ => Self(Some(["/", name].concat().into())),
        }
    }

    /// The namespace of that very name, as a packet spells it: without a leading slash it is one that no server has.
    pub fn named(name: &str) -> Self {
        if name == "/" { Self::ROOT } else { Self(Some(name.into())) }
    }

    /// The name, with its leading slash.
    pub fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or("/")
    }

    /// Whether this is `/`, which packets do not spell out.
    pub const fn is_root(&self) -> bool {
        self.0.is_none()
    }
}

impl fmt::Debug for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<&str> for Namespace {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}
