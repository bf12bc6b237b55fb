//! A person's colour and first letter: the same in every tab, because both come from the nickname alone.

use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) nickname: AttrValue,
}

#[component]
pub(crate) fn Face(props: &Props) -> Html {
    let letter = props.nickname.chars().next().map(|first| first.to_uppercase().to_string());
    html! { <span class="face" style={hue(&props.nickname)} aria-hidden="true">{ letter }</span> }
}

/// The custom property from which the style sheet makes a person's colours.
pub(crate) fn hue(nickname: &str) -> String {
    format!("--hue:{}", degrees(nickname))
}

/// Names that differ in one letter are far apart on the wheel.
fn degrees(nickname: &str) -> u32 {
    nickname
        .bytes()
        .fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)).wrapping_mul(137))
        % 360
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_depends_on_the_whole_nickname() {
        let hues = ["Ada", "Adb", "Bda", "天", ""].map(degrees);
        assert!(hues.iter().all(|hue| *hue < 360));
        for (at, hue) in hues.iter().enumerate() {
            assert!(!hues[..at].contains(hue), "{hues:?}");
        }
    }
}
