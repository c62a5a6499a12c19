//! The streams: what is printed where, and how.

use std::io::{self, BufWriter, IsTerminal, Write};

use design_report::text::Style;

use crate::args::{Color, Options};
use crate::exit::Failure;

/// Standard output and standard error.
pub struct Terminal {
    output: BufWriter<io::Stdout>,
    style: Style,
    quiet: bool,
    verbose: bool,
}

impl Terminal {
    /// The streams as the options and the environment want them.
    pub fn new(options: &Options) -> Self {
        let colour = match options.color {
            Color::Always => true,
            Color::Never => false,
            // https://no-color.org: any value that is not empty.
            Color::Auto => {
                std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) && io::stderr().is_terminal()
            }
        };
        let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let style = Style { colour, width: columns.unwrap_or(120) };
        Self {
            output: BufWriter::with_capacity(1 << 16, io::stdout()),
            style,
            quiet: options.quiet,
            verbose: options.verbose,
        }
    }

    /// Streams without any decoration, for a program that is about to end.
    pub fn plain() -> Self {
        Self::new(&Options { color: Color::Never, ..Options::default() })
    }

    /// How text for people on standard error looks.
    pub fn style(&self) -> Style {
        self.style
    }

    /// How text for people on standard output looks: colours need a terminal there too.
    pub fn output_style(&self, color: Color) -> Style {
        Style { colour: self.style.colour && (color == Color::Always || io::stdout().is_terminal()), ..self.style }
    }

    /// Whether only errors are wanted on standard error.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Writes to standard output.
    pub fn print(&mut self, text: &str) -> Result<(), Failure> {
        self.output.write_all(text.as_bytes()).map_err(|error| closed(&error))
    }

    /// Lets something write to standard output piece by piece.
    pub fn write(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        write(&mut self.output).map_err(|error| closed(&error))
    }

    /// Writes to standard error, behind what standard output already has.
    pub fn error(&mut self, text: &str) -> Result<(), Failure> {
        self.flush()?;
        io::stderr().write_all(text.as_bytes()).map_err(|error| closed(&error))
    }

    /// Writes a line to standard error where the user wants to know more.
    pub fn detail(&mut self, text: &str) -> Result<(), Failure> {
        if self.verbose { self.error(&format!("{text}\n")) } else { Ok(()) }
    }

    /// Hands over what is buffered.
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.output.flush().map_err(|error| closed(&error))
    }
}

fn closed(error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::ClosedPipe,
        _ => Failure::Environment(format!("cannot write the output: {error}")),
    }
}
