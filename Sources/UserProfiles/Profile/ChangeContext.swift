/// Who makes a change, why, and by which request; it is kept with the change for ever.
public struct ChangeContext: Sendable, Hashable {
    /// The account that acts, 1 to 255 characters.
    public var actor: String
    /// Why, in the actor's words; at most 500 characters, no control characters.
    public var reason: String?
    /// The request's id, 1 to 200 characters.
    public var requestID: String
    /// The address that the request came from, at most 100 characters.
    public var sourceIP: String?

    public init(actor: String, reason: String? = nil, requestID: String, sourceIP: String? = nil) {
        self.actor = actor
        self.reason = reason
        self.requestID = requestID
        self.sourceIP = sourceIP
    }
}
