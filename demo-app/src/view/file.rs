//! A file in the log: an image is shown, anything else can be saved.

use std::rc::Rc;

use parlor_chat::{File, RoomName};
use yew::prelude::*;

use crate::browser::files::Place;
use crate::connection::{Progress, Request};

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) room: RoomName,
    /// The message's id.
    pub(crate) id: AttrValue,
    pub(crate) file: File,
    /// Whether an image is fetched without being asked for: those that were said last.
    pub(crate) is_latest: bool,
    pub(crate) on_fetch: Callback<Rc<Request>>,
}

#[derive(Clone, PartialEq)]
enum Shown {
    Not,
    Coming(u32),
    Here(Rc<Place>),
    Failed(String),
}

#[component]
pub(crate) fn Attachment(props: &Props) -> Html {
    let shown = use_state(|| Shown::Not);
    let kind = image_kind(&props.file.name);
    let fetch = {
        let (shown, on_fetch) = (shown.clone(), props.on_fetch.clone());
        let (room, id, size) = (props.room.clone(), props.id.to_string(), props.file.size);
        Callback::from(move |()| {
            let shown = shown.setter();
            shown.set(Shown::Coming(0));
            let on_progress = Callback::from(move |progress| shown.set(state(progress, kind)));
            on_fetch.emit(Rc::new(Request { room: room.clone(), id: id.clone(), size, on_progress }));
        })
    };
    {
        let (fetch, is_eager) = (fetch.clone(), props.is_latest && kind.is_some());
        use_effect_with((), move |()| {
            if is_eager {
                fetch.emit(());
            }
        });
    }
    let name = props.file.name.clone();
    let label = format!("{name} ({})", size(props.file.size));
    let onclick = fetch.reform(|_: MouseEvent| ());
    html! {
        <div class={classes!("file", kind.map(|_| "is-image"))}>
            { match &*shown {
                Shown::Not => html! { <button class="quiet" {onclick}>{ format!("Fetch {label}") }</button> },
                Shown::Coming(bytes) => html! {
                    <progress aria-label={format!("{name} is coming")} value={bytes.to_string()} max={props.file.size.to_string()} />
                },
                Shown::Here(place) => here(place, &name, &label, kind),
                Shown::Failed(why) => html! {
                    <button class="quiet is-trouble" {onclick}>{ format!("{label}: {why}") }</button>
                },
            } }
        </div>
    }
}

fn here(place: &Place, name: &str, label: &str, kind: Option<&str>) -> Html {
    let address = place.address().to_owned();
    html! {
        <a href={address.clone()} download={name.to_owned()} aria-label={format!("Save {label}")} title={format!("Save {label}")}>
            if kind.is_some() {
                <img src={address} alt={name.to_owned()} />
            } else {
                { format!("Save {label}") }
            }
        </a>
    }
}

fn state(progress: Progress, kind: Option<&str>) -> Shown {
    match progress {
        Progress::Part(bytes) => Shown::Coming(bytes),
        Progress::Failed(why) => Shown::Failed(why),
        Progress::Whole(bytes) => match Place::new(&bytes, kind.unwrap_or("application/octet-stream")) {
            Some(place) => Shown::Here(Rc::new(place)),
            None => Shown::Failed("the browser cannot keep it".to_owned()),
        },
    }
}

/// Pictures that are nothing but pictures: an SVG can have a script in it.
fn image_kind(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    match ending.to_ascii_lowercase().as_str() {
        "png" => Some("image/png"),
        "jpg" | "jpeg" => Some("image/jpeg"),
        "gif" => Some("image/gif"),
        "webp" => Some("image/webp"),
        _ => None,
    }
}

/// In words.
pub(crate) fn size(bytes: u32) -> String {
    match bytes {
        0..1_024 => format!("{bytes} bytes"),
        1_024..1_048_576 => format!("{} KB", bytes.div_ceil(1_024)),
        _ => format!("{} MB", bytes.div_ceil(1_048_576)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_without_scripts_are_shown() {
        let rows =
            [("a.PNG", Some("image/png")), ("a.jpeg", Some("image/jpeg")), ("a.svg", None), ("png", None)];
        for (name, kind) in rows.into_iter().chain([("a.html", None), ("a.png.exe", None)]) {
            assert_eq!(image_kind(name), kind, "{name}");
        }
    }

    #[test]
    fn sizes_are_words() {
        assert_eq!([1_023, 1_024, 1_048_575, 1_048_576].map(size), ["1023 bytes", "1 KB", "1024 KB", "1 MB"]);
    }
}
