//! Why a report could not be made. Odd data is never among the reasons.

/// The report could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A face that ships with the program cannot be read: the program is damaged.
    #[error("the font {face} that ships with Daftar cannot be read")]
    Font {
        /// Name of the face.
        face: &'static str,
    },
    /// The file could not be put together.
    #[error("the file could not be put together: {source}")]
    Write {
        /// What the writer says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The JSON could not be written.
    #[error("the JSON could not be written: {0}")]
    Json(#[from] serde_json::Error),
}
