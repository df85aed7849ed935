//! Text that is indented as it grows.

/// A source file in the making.
#[derive(Default)]
pub(crate) struct Source {
    text: String,
    indentation: usize,
}

impl Source {
    pub(crate) fn line(&mut self, line: impl AsRef<str>) {
        for _ in 0..self.indentation {
            self.text.push_str("    ");
        }
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    /// A line, and what is below it, deeper in.
    pub(crate) fn nested(&mut self, line: impl AsRef<str>, inside: impl FnOnce(&mut Self)) {
        self.line(line);
        self.indentation += 1;
        inside(self);
        self.indentation -= 1;
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }
}
