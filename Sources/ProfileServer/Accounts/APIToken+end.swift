import LogStorage
import ProfileAPI

extension APIToken {
    /// Until when the token is good, for people.
    func end(_ now: LogTimestamp) -> String {
        guard let expires else { return "for ever" }
        return expires.rfc3339 + (isExpired(at: now) ? " (expired)" : "")
    }
}
