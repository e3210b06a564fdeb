public import LogStorage

/// A way to name a past state of a user.
public enum PointInTime: Sendable, Hashable {
    /// The state with this number.
    case version(ProfileVersion)
    /// The state that was visible at this instant.
    case instant(LogTimestamp)
}
