import LogStorage

/// The one place where messages for callers are worded.
extension ProfileError {
    static func invalid(_ errors: [FieldError]) -> ProfileError {
        let fields = errors.map { $0.field.isEmpty ? $0.message : "\($0.field) \($0.message)" }
        return ProfileError(.invalid(errors), "Not valid: \(fields.joined(separator: "; ")).")
    }

    static func invalid(_ field: String, _ message: String) -> ProfileError {
        .invalid([FieldError(field: field, message: message)])
    }

    static func notFound(_ id: UserID) -> ProfileError {
        ProfileError(.notFound, "There is no user \(id).")
    }

    static func noEntry(_ lsn: LogSequenceNumber) -> ProfileError {
        ProfileError(.notFound, "There is no audit entry \(lsn).")
    }

    static func deleted(_ id: UserID, _ version: ProfileVersion) -> ProfileError {
        ProfileError(
            .deleted(version: version),
            "User \(id) was deleted with version \(version); restore it, or read one of its earlier versions."
        )
    }

    static func versionNotFound(_ id: UserID, _ version: ProfileVersion, newest: ProfileVersion) -> ProfileError {
        ProfileError(.versionNotFound, "User \(id) has no version \(version); its newest is \(newest).")
    }

    static func notYetBorn(_ id: UserID, _ instant: LogTimestamp, created: LogTimestamp) -> ProfileError {
        ProfileError(
            .notYetBorn,
            "User \(id) did not exist at \(instant.rfc3339); it was created at \(created.rfc3339)."
        )
    }

    static func emailTaken(_ holder: UserID) -> ProfileError {
        ProfileError(
            .emailTaken(holder: holder),
            "The email belongs to user \(holder); choose another one, or change or delete that user first."
        )
    }

    static func notDeleted(_ id: UserID, _ version: ProfileVersion) -> ProfileError {
        ProfileError(
            .notDeleted,
            "User \(id) is not deleted (version \(version)); name the version or the instant to restore."
        )
    }

    static func targetDeleted(_ id: UserID, _ version: ProfileVersion) -> ProfileError {
        ProfileError(
            .targetDeleted,
            "Version \(version) of user \(id) is a deletion; restore an earlier version instead."
        )
    }

    static func preconditionFailed(_ id: UserID, current: ProfileVersion) -> ProfileError {
        ProfileError(
            .preconditionFailed(current: current),
            "User \(id) is at version \(current), not at the one expected; read it again and repeat the change."
        )
    }

    static let invalidCursor = ProfileError(
        .invalidCursor,
        "The cursor does not belong to this query; take it unchanged from the page before, with the same parameters."
    )

    static let queueFull = ProfileError(.queueFull, "Too many changes are waiting; try again in a moment.")

    static let contended = ProfileError(
        .queueFull,
        "The user was changed by others again and again while this change was prepared; try again in a moment."
    )

    static let notCached = ProfileError(.notCached, "The record is not in memory.")

    static let stopping = ProfileError(.stopping, "The store is closing and takes no more changes.")

    static let diskFull = ProfileError(
        .diskFull,
        "There is no room on the disk, so nothing was changed; changes work again once there is room."
    )

    static let readOnly = ProfileError(
        .readOnly,
        "Writing has stopped, so nothing can be changed until the server is started anew; reads go on."
    )

    static let clockJumped = ProfileError(
        .clockJumped,
        "The server's clock jumped by more than a day, so nothing can be changed until an operator has set it right and "
            + "started the server with --accept-clock; reads go on."
    )

    static func exhausted(_ what: String) -> ProfileError {
        ProfileError(.readOnly, "The store has reached the highest \(what) that it can keep.")
    }

    /// The failure of a read.
    static func unreadable(_ error: LogError) -> ProfileError {
        switch error.code {
        case .stopped: .stopping
        case .queueFull: .queueFull
        case .notCached: .notCached
        default: ProfileError(.damaged, "A stored record cannot be read: \(error)")
        }
    }

    /// The failure of an append.
    static func notAppended(_ error: LogError) -> ProfileError {
        switch error.code {
        case .diskFull: .diskFull
        case .stopped: .stopping
        case .queueFull: .queueFull
        case .clockJumped: .clockJumped
        case .tooLarge: ProfileError(.invalid([]), "The change is too large: \(error.message).")
        default: .readOnly
        }
    }
}
