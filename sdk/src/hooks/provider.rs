//! Who has the client, for all components below.

use ::yew::prelude::*;

use super::socket::Users;
use crate::Client;

/// What a [`ClientProvider`] gives to those below it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Provided {
    pub(super) client: Client,
    pub(super) users: Users,
}

/// The properties of a [`ClientProvider`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct ClientProviderProps {
    /// The client that the hooks below use. Another one takes its place at once, and the components below move to it.
    pub client: Client,
    /// Who may use it.
    #[prop_or_default]
    pub children: Html,
}

/// Has a client for the components below it.
#[component]
pub fn ClientProvider(props: &ClientProviderProps) -> Html {
    let provided =
        use_memo(props.client.clone(), |client| Provided { client: client.clone(), users: Users::default() });
    html! {
        <ContextProvider<Provided> context={(*provided).clone()}>{ props.children.clone() }</ContextProvider<Provided>>
    }
}

/// The client of the nearest [`ClientProvider`].
///
/// # Panics
///
/// There is none above this component.
#[hook]
pub fn use_client() -> Client {
    use_provided().client
}

#[hook]
pub(super) fn use_provided() -> Provided {
    use_context().expect("the hooks of parlor_client need a <ClientProvider> above their component")
}
