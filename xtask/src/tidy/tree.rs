//! The text of the tree: what a rule looks at.

use std::fs;
use std::path::Path;

use crate::sh::{Failure, Outcome};

use super::rust;

/// All text files, by path from the top, with `/` on every system, in order.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) files: Vec<File>,
}

#[derive(Debug)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
    /// Of a Rust file: the text with comments and the inside of strings blanked, line by line as in the text.
    pub(super) code: String,
}

/// What others made. The rest of the tree is ours, committed or about to be.
const NOT_OURS: [&str; 4] = [".git", "target", "dist", "node_modules"];

/// The rules name what they forbid; here they may.
const RULES_THEMSELVES: &str = "xtask/src/tidy";

impl Tree {
    pub(super) fn read(root: &Path) -> Outcome<Self> {
        let mut files = Vec::new();
        let read = walk(root, root, &mut files);
        read.map_err(|cause| Failure::new(format!("cannot read the tree: {cause}")))?;
        files.sort_by(|left, right| left.path.cmp(&right.path));
        Ok(Self { files })
    }

    /// The files at or below one of these paths. A module `a/b` is also the file `a/b.rs`.
    pub(super) fn below<'a>(&'a self, paths: &'a [&str]) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| paths.iter().any(|path| file.is_below(path)))
    }

    pub(super) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.has_ending(&["rs"]))
    }

    pub(super) fn find(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        Self { files: files.iter().map(|(path, text)| File::new((*path).into(), (*text).into())).collect() }
    }
}

impl File {
    fn new(path: String, text: String) -> Self {
        let code = if path.ends_with(".rs") { rust::code_of(&text) } else { String::new() };
        Self { path, text, code }
    }

    pub(super) fn is_below(&self, path: &str) -> bool {
        let rest = self.path.strip_prefix(path);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || rest == ".rs")
    }

    pub(super) fn has_ending(&self, endings: &[&str]) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending))
    }

    /// Lines with their number from 1.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    /// Lines of the code alone, with their number from 1.
    pub(super) fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.code.lines())
    }
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<File>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if NOT_OURS.iter().any(|other| name == *other) {
            continue;
        }
        let place = entry.path();
        let path = place.strip_prefix(root).unwrap_or(&place).to_string_lossy().replace('\\', "/");
        if path == RULES_THEMSELVES {
            continue;
        }
        match entry.file_type()? {
            kind if kind.is_dir() => walk(root, &place, files)?,
            kind if kind.is_file() => {
                // What is not UTF-8 is a picture or the like.
                if let Ok(text) = String::from_utf8(fs::read(&place)?) {
                    files.push(File::new(path, text));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn module_is_its_file_and_its_folder_and_no_neighbour() {
        let tree = Tree::of(&[("a/b.rs", ""), ("a/b/c.rs", ""), ("a/bc.rs", ""), ("a/b.md", "")]);
        let paths: Vec<&str> = tree.below(&["a/b"]).map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["a/b.rs", "a/b/c.rs"]);
    }
}
