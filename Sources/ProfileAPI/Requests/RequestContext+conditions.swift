import HTTPTransport
import UserProfiles

extension RequestContext {
    /// What `If-Match`, or without it `If-None-Match`, asks of a change.
    ///
    /// Weak tags never match the former, and match the latter (RFC 9110, sections 13.1.1 and 13.1.2).
    ///
    /// - Throws: 412 for `If-None-Match: *`, since what is to be changed exists; 400 when a header is malformed.
    func precondition() throws(Problem) -> Precondition {
        switch try EntityTagCondition.parse(head.values(of: "if-match"), header: "If-Match") {
        case .any?: return .none
        case .tags(let tags)?: return .anyOf(tags.strongVersions.map { ProfileVersion($0) })
        case nil: break
        }
        switch try EntityTagCondition.parse(head.values(of: "if-none-match"), header: "If-None-Match") {
        case nil: return .none
        case .any?:
            throw Problem(
                .preconditionFailed,
                "If-None-Match: * asks for a user that does not exist yet; this one does."
            )
        case .tags(let tags)?: return .noneOf(tags.versions.map { ProfileVersion($0) })
        }
    }

    /// Why the tags of `If-Match` can match no version of any user; `nil` if they can.
    func mismatch(current: ProfileVersion) -> String? {
        let condition = try? EntityTagCondition.parse(head.values(of: "if-match"), header: "If-Match")
        guard case .tags(let tags)? = condition,
            tags.strongVersions.isEmpty
        else { return nil }
        let reason =
            tags.versions.isEmpty
            ? "no tag in it was made by this server; something between client and server may have changed it"
            : "a weak tag (W/…) never matches"
        return "If-Match cannot match: \(reason). The user's tag is \"\(current)\"."
    }

    /// The versions that the caller has already (`If-None-Match`, compared weakly).
    func cachedVersions() throws(Problem) -> VersionSet {
        switch try EntityTagCondition.parse(head.values(of: "if-none-match"), header: "If-None-Match") {
        case nil: .none
        case .any?: .all
        case .tags(let tags)?: .some(tags.versions)
        }
    }

    /// Versions of a user.
    enum VersionSet {
        case none
        case all
        case some([UInt64])

        func contains(_ version: ProfileVersion) -> Bool {
            switch self {
            case .none: false
            case .all: true
            case .some(let versions): versions.contains(version.rawValue)
            }
        }
    }
}
