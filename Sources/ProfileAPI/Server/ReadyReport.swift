/// What the banner shows once the server answers.
public struct ReadyReport: Sendable {
    /// The port that is open.
    public let port: Int
    /// The port of the metrics; `nil` when there are none.
    public let metricsPort: Int?
    /// Records in the log.
    public let records: UInt64
    /// Users that are not deleted.
    public let liveUsers: Int
    /// The first record whose bytes the start read and verified.
    public let verifiedFrom: UInt64
    /// The administrator that this start made, with the password that is shown once and kept nowhere.
    public let generatedAdmin: (name: String, password: String)?
}
