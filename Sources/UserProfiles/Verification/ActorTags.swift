/// The tags of recent actors: most changes are made by few.
struct ActorTags {
    private var known: [ExactText: UInt32] = [:]
    private static let limit = 1_024

    mutating func tag(of actor: String) -> UInt32 {
        let text = ExactText(actor)
        if let tag = known[text] { return tag }
        if known.count >= Self.limit { known.removeAll(keepingCapacity: true) }
        let tag = TextKeys.actorTag(actor)
        known[text] = tag
        return tag
    }
}
