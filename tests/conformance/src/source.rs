//! Source text with indentation.

/// A source file that is being written.
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

    /// Writes a line, and an indented block below it.
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
