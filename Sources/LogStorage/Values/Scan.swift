/// The direction of a scan over the log.
public enum ScanOrder: Sendable, Hashable {
    case ascending
    case descending
}

/// What a scan's body wants next.
public enum ScanControl: Sendable, Hashable {
    case next
    case stop
}
