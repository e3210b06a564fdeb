extension LogError {
    /// What to do about damage; the same everywhere.
    static let restoreAdvice =
        "Keep the files as they are; restore the data directory from a backup, or copy out what can be saved"
}
