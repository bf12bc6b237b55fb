//! Choosing a file, and those on their way.

use parlor_chat::FileName;
use parlor_chat::bounds::MAX_FILE_BYTES;
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use crate::state::{Action, Upload};

use super::icon;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) uploads: Vec<Upload>,
    /// A file that may be said, with its name.
    pub(crate) on_chosen: Callback<(FileName, File)>,
    pub(crate) on_action: Callback<Action>,
}

#[component]
pub(crate) fn Uploads(props: &Props) -> Html {
    let onchange = {
        let (on_chosen, on_action) = (props.on_chosen.clone(), props.on_action.clone());
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let file = input.files().and_then(|files| files.get(0));
            match file.map(judge) {
                Some(Ok(chosen)) => on_chosen.emit(chosen),
                Some(Err(why)) => on_action.emit(Action::Notice(why)),
                None => {}
            }
            // The same one may be chosen again.
            input.set_value("");
        })
    };
    html! {
        <div class="uploads">
            <label class="attach quiet">
                <input type="file" {onchange} />
                { icon::plus() }{ "File" }
            </label>
            <ul>{ for props.uploads.iter().map(|upload| row(upload, &props.on_action)) }</ul>
        </div>
    }
}

fn judge(file: File) -> Result<(FileName, File), String> {
    let name = FileName::parse(&file.name()).map_err(|refusal| refusal.message)?;
    match file.size() {
        0.0 => Err("this file is empty".to_owned()),
        size if size > f64::from(MAX_FILE_BYTES) => Err(format!(
            "{} is too large: a file has at most {}",
            name.as_str(),
            super::file::size(MAX_FILE_BYTES)
        )),
        _ => Ok((name, file)),
    }
}

fn row(upload: &Upload, on_action: &Callback<Action>) -> Html {
    let id = upload.id.clone();
    let name = upload.name.as_str().to_owned();
    let onclick = on_action.reform(move |_: MouseEvent| Action::Detach(id.clone()));
    html! {
        <li key={upload.id.as_str().to_owned()}>
            <span>{ name.clone() }</span>
            if let Some(trouble) = &upload.trouble {
                <span class="is-trouble" role="alert">{ trouble.clone() }</span>
            } else {
                <progress aria-label={format!("{name} is sent")} value={upload.progress().to_string()} max={upload.size.to_string()} />
            }
            <button class="quiet" aria-label={format!("Do not send {name}")} {onclick}>{ icon::cross() }</button>
        </li>
    }
}
