import HTTPTypes
import UserProfiles

extension Problem {
    /// The answer to what the domain refuses.
    init(_ error: ProfileError) {
        switch error.code {
        case .invalid(let errors):
            self = .invalid(errors.map { Field(name: $0.field, message: $0.message) })
        case .notFound: self.init(.notFound, error.message)
        case .deleted(let version):
            self.init(.deleted, error.message)
            extras = [("deleted_version", .number(version.rawValue))]
        case .versionNotFound: self.init(.versionNotFound, error.message)
        case .notYetBorn: self.init(.notYetBorn, error.message)
        case .emailTaken(let holder):
            self.init(.emailTaken, error.message)
            fields = [Field(name: "email", message: "is used by user \(holder)")]
            extras = [("holder_id", .number(holder.rawValue))]
        case .notDeleted: self.init(.notDeleted, error.message)
        case .targetDeleted: self.init(.targetDeleted, error.message)
        case .preconditionFailed(let current):
            self.init(.preconditionFailed, error.message)
            extras = [("current_version", .number(current.rawValue))]
            headers[.eTag] = "\"\(current)\""
        case .invalidCursor:
            self.init(.invalidCursor, error.message)
            fields = [Field(name: "after", message: "is not a cursor of this query")]
        case .queueFull: self.init(.overloaded, error.message, retryAfter: 1)
        case .diskFull: self.init(.diskFull, error.message)
        case .readOnly: self.init(.readOnly, error.message)
        case .damaged: self.init(.storageDamaged, error.message)
        case .stopping: self.init(.stopping, error.message, retryAfter: 5)
        }
    }

    /// The answer to a body that is not JSON.
    init(_ error: JSONError) {
        self.init(.invalidJSON, "The body is not valid JSON: \(error).")
        extras = [
            ("line", .number(UInt64(clamping: error.line))),
            ("column", .number(UInt64(clamping: error.column))),
            ("offset", .number(UInt64(clamping: error.offset))),
        ]
    }
}
