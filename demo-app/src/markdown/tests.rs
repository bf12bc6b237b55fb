//! Tables: what is typed, and the pieces it becomes. `b[…]` is bold, `i[…]` italic, `c[…]` code, `p[…]` a block, `a[address|…]` a
//! link, `m[…]` a mention; the rest is text.

use super::*;

const NAMES: [&str; 4] = ["Ada", "Bob", "Brave Otter", "Brave"];

fn shown(spans: &[Span<'_>]) -> String {
    spans.iter().map(piece).collect()
}

fn piece(span: &Span<'_>) -> String {
    match span {
        Span::Text(text) => (*text).to_owned(),
        Span::Bold(inner) => format!("b[{}]", shown(inner)),
        Span::Italic(inner) => format!("i[{}]", shown(inner)),
        Span::Code(code) => format!("c[{code}]"),
        Span::Block(code) => format!("p[{code}]"),
        Span::Link { address, label } => format!("a[{address}|{}]", shown(label)),
        Span::Mention(name) => format!("m[{name}]"),
    }
}

fn check(rows: &[(&str, &str)]) {
    for (typed, expected) in rows {
        assert_eq!(shown(&read(typed, &NAMES)), *expected, "{typed}");
    }
}

#[test]
fn marks_in_pairs_become_looks() {
    check(&[
        ("", ""),
        ("plain", "plain"),
        ("a **b** c", "a b[b] c"),
        ("a *b* c", "a i[b] c"),
        ("a _b_ c", "a i[b] c"),
        ("a `b` c", "a c[b] c"),
        ("**a *b* c**", "b[a i[b] c]"),
        ("*a **b** c*", "i[a b[b] c]"),
        ("**天**", "b[天]"),
        ("`**a**`", "c[**a**]"),
        ("see:\n```\nfn main() {}\n  x\n```\nso", "see:\np[fn main() {}\n  x]so"),
        ("```one line```", "p[one line]"),
    ]);
}

#[test]
fn marks_that_are_none_stay_as_they_were_typed() {
    check(&[
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("snake_case_name", "snake_case_name"),
        ("_a_b", "_a_b"),
        ("**open", "**open"),
        ("*open", "*open"),
        ("`open", "`open"),
        ("```open", "```open"),
        ("****", "****"),
        ("``", "``"),
        ("** a **", "** a **"),
        ("[label] (https://a.example)", "[label] (a[https://a.example|https://a.example])"),
    ]);
}

#[test]
fn addresses_are_links_without_what_ends_the_sentence() {
    check(&[
        ("https://a.example/b?c=d#e", "a[https://a.example/b?c=d#e|https://a.example/b?c=d#e]"),
        ("(see http://a.example).", "(see a[http://a.example|http://a.example])."),
        ("https://a.example/b_(c)", "a[https://a.example/b_(c)|https://a.example/b_(c)]"),
        ("**https://a.example**", "b[a[https://a.example|https://a.example]]"),
        ("[the *page*](https://a.example)", "a[https://a.example|the i[page]]"),
        ("https://", "https://"),
        ("xhttps://a.example", "xhttps://a.example"),
    ]);
}

#[test]
fn names_are_mentioned_whole_and_the_longest_first() {
    check(&[
        ("@Ada, look", "m[Ada], look"),
        ("hi @Brave Otter!", "hi m[Brave Otter]!"),
        ("hi @Brave one", "hi m[Brave] one"),
        ("**@Bob**", "b[m[Bob]]"),
        ("@Adam", "@Adam"),
        ("mail@Ada", "mail@Ada"),
        ("@nobody", "@nobody"),
        ("`@Ada`", "c[@Ada]"),
    ]);
    assert!(mentions(&read("**hey _@Ada_**", &NAMES), "Ada"));
    assert!(!mentions(&read("`@Ada` Ada", &NAMES), "Ada"));
}

#[test]
fn what_would_run_in_the_page_is_text() {
    check(&[
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("**<img src=x onerror=alert(1)>**", "b[<img src=x onerror=alert(1)>]"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("[x](JaVaScRiPt:alert(1))", "[x](JaVaScRiPt:alert(1))"),
        ("[x](data:text/html,<b>)", "[x](data:text/html,<b>)"),
        ("[x](//a.example)", "[x](//a.example)"),
        ("[x](java\tscript:alert(1))", "[x](java\tscript:alert(1))"),
        ("[x](https://a.example/ b)", "[x](a[https://a.example/|https://a.example/] b)"),
        ("[x]( https://a.example)", "[x]( a[https://a.example|https://a.example])"),
        // The quote is of the address, which is set as a value and never written as HTML.
        ("[x](https://a.example/\"onclick=\"b)", "a[https://a.example/\"onclick=\"b|x]"),
        ("https://a.example/<script>", "a[https://a.example/|https://a.example/]<script>"),
        (
            "[[x](javascript:a)](https://a.example)",
            "[[x](javascript:a)](a[https://a.example|https://a.example])",
        ),
    ]);
}

#[test]
fn no_text_panics_or_takes_long() {
    let pieces = ["*", "**", "_", "`", "```", "[", "](", ")", "@", "@Ada", "https://", "天", "\n", " ", "a"];
    let mut seed = 1_usize;
    for _ in 0..5_000 {
        let mut text = String::new();
        for _ in 0..24 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text += pieces[(seed >> 33) % pieces.len()];
        }
        drop(read(&text, &NAMES));
    }
    for piece in pieces {
        drop(read(&piece.repeat(2_000 / piece.len()), &NAMES));
    }
}
