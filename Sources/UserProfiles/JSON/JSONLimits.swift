/// How much a JSON text may ask of its reader.
public struct JSONLimits: Sendable, Hashable {
    /// Containers within containers; values above 256 count as 256, so that no input can exhaust the stack.
    public var maximumDepth = 64
    /// Characters of one number, which is kept as text.
    public var maximumNumberLength = 1_000

    public init() {}

    public init(maximumDepth: Int, maximumNumberLength: Int = 1_000) {
        self.maximumDepth = maximumDepth
        self.maximumNumberLength = maximumNumberLength
    }

    /// The greatest depth that any limit allows.
    static let deepest = 256
}
