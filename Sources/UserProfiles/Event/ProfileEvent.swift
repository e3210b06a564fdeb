import LogStorage

/// What a record's payload says: who changed a profile, why, and the whole profile afterwards.
///
/// The payload is minified JSON (`Records`, "Payload"). Its members have a fixed order, the longer-lived parts of a request
/// first, which is what the preset dictionary of the compression expects.
struct ProfileEvent: Sendable, Hashable {
    var context: ChangeContext
    var profile: Profile
    var restoredFrom: ProfileVersion?

    init(context: ChangeContext, profile: Profile, restoredFrom: ProfileVersion? = nil) {
        self.context = context
        self.profile = profile
        self.restoredFrom = restoredFrom
    }

    /// The payload.
    func encoded() -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 512)
        writer.beginObject()
        writer.key("actor")
        writer.string(context.actor)
        write(context.reason, as: "reason", to: &writer)
        writer.key("request_id")
        writer.string(context.requestID)
        write(context.sourceIP, as: "source_ip", to: &writer)
        writer.key("name")
        writer.string(profile.name)
        writer.key("email")
        writer.string(profile.email)
        if !profile.attributes.isEmpty {
            writer.key("attributes")
            writer.object(profile.attributes)
        }
        if let restoredFrom {
            writer.key("restored_from")
            writer.number(restoredFrom.rawValue)
        }
        writer.endObject()
        return writer.bytes
    }

    private func write(_ text: String?, as key: StaticString, to writer: inout JSONWriter) {
        guard let text else { return }
        writer.key(key)
        writer.string(text)
    }
}
