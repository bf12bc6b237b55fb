//! Rules about the text of any file.

use super::Finding;
use super::rust::{has_word, paths};
use super::tree::{File, Tree};

pub(super) fn open_ends(tree: &Tree) -> Vec<Finding> {
    const MARKS: [&str; 3] = ["TODO", "FIXME", "XXX"];
    by_line(written_by_us(tree), |line| {
        let mark = MARKS.into_iter().find(|mark| has_word(line, mark))?;
        (!names_an_issue(line)).then(|| format!("{mark} without the number of its issue"))
    })
}

fn names_an_issue(line: &str) -> bool {
    line.split('#').skip(1).any(|after| after.starts_with(|first: char| first.is_ascii_digit()))
}

pub(super) fn machine_paths(tree: &Tree) -> Vec<Finding> {
    // By their names, so that this file holds no such path itself.
    const FOLDERS: [&str; 5] = ["work", "tmp", "farm", "root", "home"];
    const NEIGHBOUR: &str = "shared";
    let mut paths = FOLDERS.map(|folder| format!("/{folder}/")).to_vec();
    paths.push(format!("../{NEIGHBOUR}/"));
    by_line(tree.files.iter(), |line| {
        let path = paths.iter().find(|path| begins_a_path(line, path))?;
        Some(format!("a path of one machine: {path}"))
    })
}

/// A folder of such a name inside an address or another path is no place on a machine.
fn begins_a_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|letter| letter.is_alphanumeric() || "_-.})*/".contains(letter))
    })
}

pub(super) fn length(tree: &Tree) -> Vec<Finding> {
    const MAX_LINES: usize = 500;
    let sources = tree.files.iter().filter(|file| file.has_ending(&["rs", "mjs", "ts"]));
    let long = sources.map(|file| (file, file.text.lines().count())).filter(|(_, lines)| *lines > MAX_LINES);
    long.map(|(file, lines)| Finding::new(&file.path, 0, format!("{lines} lines: it is two files"))).collect()
}

pub(super) fn forget(tree: &Tree) -> Vec<Finding> {
    let mut findings = by_code_line(tree.rust(), |line| {
        line.contains(".forget()").then(|| "leaks what it should own: keep it, and drop it".to_owned())
    });
    for file in tree.rust() {
        let leaks = |path: &str| path.ends_with("mem::forget") || path.ends_with("Closure::forget");
        let paths = paths(&file.code).into_iter().filter(|(_, path)| leaks(path));
        findings
            .extend(paths.map(|(line, path)| Finding::new(&file.path, line, format!("leaks with `{path}`"))));
    }
    findings
}

/// Lock files are written by programs.
fn written_by_us(tree: &Tree) -> impl Iterator<Item = &File> {
    tree.files
        .iter()
        .filter(|file| !file.path.ends_with("package-lock.json") && !file.path.ends_with(".lock"))
}

fn by_line<'a>(
    files: impl Iterator<Item = &'a File>,
    wrong: impl Fn(&str) -> Option<String>,
) -> Vec<Finding> {
    let lines = files.flat_map(|file| file.lines().map(move |(number, line)| (file, number, line)));
    lines.filter_map(|(file, number, line)| Some(Finding::new(&file.path, number, wrong(line)?))).collect()
}

fn by_code_line<'a>(
    files: impl Iterator<Item = &'a File>,
    wrong: impl Fn(&str) -> Option<String>,
) -> Vec<Finding> {
    let lines = files.flat_map(|file| file.code_lines().map(move |(number, line)| (file, number, line)));
    lines.filter_map(|(file, number, line)| Some(Finding::new(&file.path, number, wrong(line)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::found;
    use super::*;

    #[test]
    fn open_end_without_an_issue_is_found() {
        let text = "// TODO later\n// TODO(#12) later\n// FIXME #x\nlet todo = TODOS;\n";
        let files = [("sdk/src/lib.rs", text), ("sdk/js/package-lock.json", "\"sha512-a/TODO+b\"\n")];
        assert_eq!(found(open_ends, &files), ["sdk/src/lib.rs:1", "sdk/src/lib.rs:3"]);
    }

    #[test]
    fn path_of_one_machine_is_found() {
        // `@` stands for the slash, so that this file holds no such path itself.
        let text = "cd @work@main\nsee https:@@example.com@work@1\n\"@tmp@x\"\ntarget@tmp@x\nsee ..@shared@design\n@work@last\n";
        let text = &*text.replace('@', "/");
        let expected = ["a.md:1", "a.md:3", "a.md:5", "a.md:6"];
        assert_eq!(found(machine_paths, &[("a.md", text)]), expected);
    }

    #[test]
    fn long_source_is_found_and_long_prose_is_not() {
        let long = "\n".repeat(501);
        let fits = "\n".repeat(500);
        let files = [("a.rs", long.as_str()), ("b.mjs", &long), ("c.rs", &fits), ("d.md", &long)];
        assert_eq!(found(length, &files), ["a.rs:0", "b.mjs:0"]);
    }

    #[test]
    fn leak_is_found_in_code_and_not_in_prose() {
        let code = "// closure.forget()\nclosure.forget();\nstd::mem::forget(x);\nClosure::forget(c);\n";
        assert_eq!(found(forget, &[("a.rs", code)]), ["a.rs:2", "a.rs:3", "a.rs:4"]);
    }
}
